/** Words that open a Jinja tag, and what templates have in their place; other text behind `{%` is SQL's own (`like '{%'`). */
const JINJA: Readonly<Record<string, string>> = {
  if: 'write `{{#if condition}} … {{/if}}`',
  elif: 'write `{{else if condition}}`',
  else: 'write `{{else}}`',
  endif: 'write `{{/if}}`',
  for: 'write `{{#each list as |item|}} … {{/each}}`',
  endfor: 'write `{{/each}}`',
  set: 'pass the value where it is used, or write `{{#with value as |name|}} … {{/with}}`',
  endset: 'write `{{/with}}`',
  macro: 'write `{{#macro name(column, scale=2)}} … {{/macro}}` in a file of `macros/`',
  endmacro: 'write `{{/macro}}`',
  raw: 'write `\\{{` for braces that are text',
  endraw: 'write `\\{{` for braces that are text',
  call: 'call a macro with values: `{{ name(value) }}`',
  endcall: 'call a macro with values: `{{ name(value) }}`',
  do: 'templates change nothing; leave it out',
  filter: 'write a call: `{{ upper(name) }}`',
  endfilter: 'write a call: `{{ upper(name) }}`',
  include: 'write a macro',
  import: 'leave it out: every macro is known everywhere',
  from: 'leave it out: every macro is known everywhere',
  test: 'write `{{#test name(model, column_name)}} … {{/test}}` in a file of `tests/generic/`',
  endtest: 'write `{{/test}}`',
  snapshot: 'declare it in YAML',
  endsnapshot: 'declare it in YAML',
  materialization: 'materializations are built in: `table`, `view`',
  endmaterialization: 'materializations are built in: `table`, `view`',
  docs: 'write the description in YAML',
  enddocs: 'write the description in YAML',
};

const JINJA_TAG = /\{%[-+]?\s*([a-z]+)(?![\w%'])/y;

/** What to write instead of the Jinja tag at `offset`. */
export function jinjaHint(text: string, offset: number): string | undefined {
  JINJA_TAG.lastIndex = offset;
  const word = JINJA_TAG.exec(text)?.[1];
  return word !== undefined && Object.hasOwn(JINJA, word) ? JINJA[word] : undefined;
}

/** The offset of the next `{{`, `{#` or Jinja tag at or after `from`, or `end` when there is none. */
export function tagAfter(text: string, from: number, end: number): number {
  for (let at = text.indexOf('{', from); at !== -1 && at < end; at = text.indexOf('{', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === 123 /* { */ || next === 35 /* # */) return at;
    if (next === 37 /* % */ && jinjaHint(text, at) !== undefined) return at;
  }
  return end;
}

const REFUSED = /\{\{|#?>|#?\*|\^(?!\s*~?\}\})|-(?!\d)/y;

/** Tags of Handlebars that templates do without, by what stands behind the braces. */
export function refusalOf(
  text: string,
  at: number,
): { readonly problem: string; readonly length: number; readonly hint: string } | undefined {
  REFUSED.lastIndex = at;
  const token = REFUSED.exec(text)?.[0];
  if (token === undefined) return undefined;
  const length = token.length + 2;
  if (token === '{{')
    return { problem: 'raw blocks `{{{{` are not part of templates', length, hint: 'write `\\{{` for braces that are text' };
  if (token.endsWith('>'))
    return { problem: 'partials `{{>` are not part of templates', length, hint: 'write a macro in `macros/` and call it' };
  if (token.endsWith('*')) return { problem: 'decorators `{{*` are not part of templates', length, hint: 'write a macro in `macros/`' };
  if (token === '^') return { problem: 'a block cannot begin with `{{^`', length, hint: 'write `{{#unless condition}} … {{/unless}}`' };
  return { problem: '`{{-` is Jinja', length, hint: 'white space is trimmed by `{{~` and `~}}`' };
}
