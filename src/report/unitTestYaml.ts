import type { WrittenRows } from '../core/unitTest';

/** A unit test with its rows, to be written into a project. */
export interface RecordedTest {
  readonly name: string;
  readonly model: string;
  readonly description: string;
  /** The time that stands still in it, in ISO 8601; absent for a model that does not ask for it. */
  readonly freeze?: string;
  /** `input` as templates call it: `ref('orders')`. */
  readonly given: readonly { readonly input: string; readonly rows: WrittenRows }[];
  readonly expected: WrittenRows;
}

/** The test as a YAML file of its own, which gives these rows again when it is read. */
export function unitTestYaml({ name, model, description, freeze, given, expected }: RecordedTest): string {
  return `unit_tests:
  - name: ${scalar(name)}
    model: ${scalar(model)}
    description: ${description}
${freeze === undefined ? '' : `    freeze: ${JSON.stringify(freeze)}\n`}    given:${given.length === 0 ? ' []' : ''}
${given.map(({ input, rows }) => `      - input: ${input}\n        rows:${listOf(rows, 10)}\n`).join('')}    expect:
      rows:${listOf(expected, 8)}
`;
}

function listOf({ columns, rows }: WrittenRows, indent: number): string {
  if (rows.length === 0) return ' []';
  const cells = (row: WrittenRows['rows'][number]): string =>
    columns.map((column, at) => `${scalar(column)}: ${cellOf(row[at]!)}`).join(', ');
  return rows.map((row) => `\n${' '.repeat(indent)}- {${cells(row)}}`).join('');
}

const cellOf = (cell: string | null): string => (cell === null ? 'null' : PLAIN_NUMBER.test(cell) ? cell : scalar(cell));

/** Numbers keep their digits when they are read, since cells are read as texts. */
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const PLAIN_WORD = /^[A-Za-z_][\w-]*$/;
/** Words that mean something else than themselves in YAML, in some version of it. */
const MEANING = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** A text in quotes, unless it is a plain word. JSON's quoting is YAML's. */
const scalar = (text: string): string => (PLAIN_WORD.test(text) && !MEANING.test(text) ? text : JSON.stringify(text));
