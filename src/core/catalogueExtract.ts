/** What can go wrong while an API is asked, and where its answers lack what was declared: a part of `catalogue`, worded alike. */
export const extractCatalogue = {
  'secret.file': (f: { path: string }) => ({
    message: `the file \`${f.path}\`, which holds a secret, cannot be read or is empty`,
    hint: 'a relative path starts at the project folder',
  }),
  'extract.http': (f: { request: string; problem: string; hint?: string }) => ({ message: `${f.request}: ${f.problem}`, hint: f.hint }),
  'extract.body': (f: { request: string; problem: string; excerpt: string }) => ({
    message: `${f.request}: ${f.problem}; the body begins: ${f.excerpt}`,
  }),
  'extract.shape': (f: { request: string; path: string; expected: string; found: string }) => ({
    message: `${f.request}: expected ${f.expected} at \`${f.path}\`, found ${f.found}`,
    hint: 'the API changed, or `data_selector` and `paginator` do not fit it',
  }),
  'extract.total': (f: { resource: string; received: number; announced: string }) => ({
    message: `\`${f.resource}\`: ${f.received} distinct records received, but the API announced ${f.announced}`,
    hint: 'records were added, removed or reordered while paging, or the API lost some; nothing was loaded, try again',
  }),
  'extract.repeated-page': (f: { request: string; earlier: string }) => ({
    message: `${f.request} returned the same page as ${f.earlier}`,
    hint: 'the API ignores the paging parameters; check `paginator`',
  }),
  'extract.loop': (f: { request: string; what: string; given: string }) => ({
    message: `${f.request} gave the ${f.what} \`${f.given}\` for a second time`,
    hint: 'following it would never end; check `paginator`',
  }),
  'extract.link': (f: { request: string; problem: string; hint?: string }) => ({ message: `${f.request} ${f.problem}`, hint: f.hint }),
  'extract.auth': (f: { request: string; problem: string; hint?: string }) => ({
    message: `${f.request}: no token: ${f.problem}`,
    hint: f.hint ?? 'check the credentials under `auth`',
  }),
  scratch: (f: { folder: string; problem: string }) => ({
    message: `rows cannot be kept aside in \`${f.folder}\`: ${f.problem}`,
    hint: 'free some space there, or name a folder that has more in `TMPDIR`',
  }),
  'transform.path': (f: { dataset: string; column: string; path: string; resource: string }) => ({
    message: `\`${f.dataset}\`: no record of \`${f.resource}\` has \`${f.path}\`, where the column \`${f.column}\` comes from`,
    hint: 'correct the path; a field that the API may leave out of all records is an `expr`, which gives null',
  }),
  'transform.field': (f: { dataset: string; field: string; place: string; problem: string }) => ({
    message: `\`${f.dataset}\`: the field \`${f.field}\` (${f.place}) ${f.problem}`,
    hint: 'give it a column, name it under `ignore` of its input, or say otherwise in `schema_contract: {columns: …}`',
  }),
  'extract.cursor': (f: { request: string; record: number; problem: string; hint?: string }) => ({
    message: `${f.request}: record ${f.record} ${f.problem}`,
    hint: f.hint ?? 'check `incremental`',
  }),
  'load.cursor': (f: { table: string; problem: string; hint: string }) => ({ message: `\`${f.table}\` ${f.problem}`, hint: f.hint }),
  'extract.module': (f: { file: string; problem: string }) => `\`${f.file}\` failed: ${f.problem}`,
};
