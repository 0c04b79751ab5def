/**
 * The records of a CSV text (RFC 4180, the first row names the fields): every value a text, null where nothing stands, not even quotes.
 * Throws SyntaxError for rows that do not fit the header, a name that stands twice, and quotes that do not match.
 */
export function csvRecords(text: string): readonly Readonly<Record<string, string | null>>[] {
  const rows = csvRows(text);
  const first = rows.next();
  if (first.done === true) return [];
  const names = first.value.fields.map((name) => name ?? '');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new SyntaxError(`the header names \`${twice}\` twice`);
  const records: Record<string, string | null>[] = [];
  for (const { line, fields } of rows) {
    if (fields.length !== names.length) throw new SyntaxError(`line ${line} has ${fields.length} fields, the header ${names.length}`);
    records.push(Object.fromEntries(names.map((name, index) => [name, fields[index] ?? null])));
  }
  return records;
}

/** A field up to its separator: in quotes, where two of them are one, or without any. */
const FIELD = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

function* csvRows(text: string): Generator<{ readonly line: number; readonly fields: readonly (string | null)[] }> {
  // sticky expressions carry their position, so that each reading has its own
  const field = new RegExp(FIELD);
  let line = 1;
  let begins = 1;
  let fields: (string | null)[] = [];
  while (field.lastIndex < text.length || fields.length > 0) {
    const match = field.exec(text);
    if (match === null) throw new SyntaxError(`line ${line}: a quote that does not match`);
    const [whole, quoted, plain, end] = match;
    fields.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'));
    if (quoted !== undefined) line += breaksIn(whole);
    else if (end !== ',') line += 1;
    if (end === ',') continue;
    // a line with nothing in it is no row
    if (fields.length > 1 || fields[0] !== null) yield { line: begins, fields };
    fields = [];
    begins = line;
  }
}

const breaksIn = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;
