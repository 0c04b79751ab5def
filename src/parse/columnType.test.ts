import type { Diagnostic } from '../core/diagnostic';
import { propertiesOf } from './properties';

/** The problems of a model whose only column has this type. */
function problemsOf(type: string): readonly string[] {
  const problems: Diagnostic[] = [];
  propertiesOf(
    { path: 'm.yaml', text: `models:\n  - name: m\n    columns:\n      - {name: c, data_type: ${JSON.stringify(type)}}\n` },
    (each) => problems.push(each),
  );
  return problems.map(({ code, hint, at }) => `${code} ${at?.line}:${at?.column} ${hint?.startsWith('did you mean') ? hint : ''}`.trim());
}

test.each([
  ...['INT', 'decimal(10, 2)', 'timestamp with time zone', 'double precision', 'VARCHAR(255)'],
  ...[
    'point',
    'tsvector',
    'int4range',
    'INT[]',
    'numeric(10,2)[]',
    'money',
    'interval',
    'vector(3)',
    'STRUCT(a INT, b TEXT)',
    'MAP(INT, TEXT)',
  ],
  ...['mood', '"intt"', 'public.intt', 'geometry(Point, 4326)'],
])('%s is left to the database, or known', (type) => {
  expect(problemsOf(type)).toEqual([]);
});

test.each([
  ['INTT', 'type.unknown 4:31 did you mean `INT`?'],
  ['varchr(255)', 'type.unknown 4:31 did you mean `VARCHAR`?'],
  ['text); drop table x; --', 'type.unknown 4:31'],
  ['text /* */', 'type.unknown 4:31'],
  ["text default 'x'", 'type.unknown 4:31'],
  ['decimal(10,2', 'type.unknown 4:31'],
  ['decimal(2,10)', 'type.unknown 4:31'],
])('%s cannot be a type', (type, problem) => {
  expect(problemsOf(type)).toEqual([expect.stringContaining(problem)]);
});
