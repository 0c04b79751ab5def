import { duckdbDialect, postgresDialect } from '../adapters/dialects';
import type { CatalogEntry, Dialect } from '../core/ports';
import { loadStep } from './load';
import { source } from './nodes.fixture';

const relation = { schema: 'shop', name: 'users' };
const table: CatalogEntry = { relation, kind: 'table', hasDependents: false };
const found = [
  { name: 'nick "n"', dataType: 'text' },
  { name: 'price', dataType: 'numeric' },
];

const grown = (dialect: Dialect, adds: boolean, standing: readonly string[] = []) => {
  const node = source('users', { grows: true, ...(adds && { disposition: 'merge' }) });
  const step = loadStep(node, { entry: table, later: [], dialect, patience: 1 }, adds);
  return { step, ...step.growth!.for(found, standing) };
};

test('the new table has a column for each that was found', () => {
  const { step, columns, widen, finish, publish } = grown(postgresDialect, false);
  expect(step.growth?.describe).toBeUndefined();
  expect(columns).toEqual(['id', 'title', 'nick "n"', 'price']);
  const candidate = `"shop"."${step.candidate.name}"`;
  expect(widen.map(({ sql }) => sql)).toEqual([
    `alter table ${candidate} add column "nick ""n""" text`,
    `alter table ${candidate} add column "price" numeric`,
  ]);
  expect({ finish, publish }).toEqual({ finish: step.finish, publish: step.publish });
});

test('a table that stands gets those that it lacks, and the rows bring all of them', () => {
  const { step, widen, finish } = grown(duckdbDialect, true, ['id', 'title', 'price']);
  expect(step.growth?.describe).toEqual({ sql: 'select * from "shop"."users" limit 0' });
  // DuckDB's decimals have to know their digits
  expect(widen.slice(1).map(({ sql }) => sql)).toEqual([
    `alter table "shop"."${step.candidate.name}" add column "price" DOUBLE`,
    'alter table "shop"."users" add column "nick ""n""" VARCHAR',
  ]);
  expect(finish[0]!.sql).toContain('("id", "title", "nick ""n""", "price")');
  expect(finish[0]!.sql).toContain('"price" = excluded."price"');
});

test('a table without `columns: evolve` does not grow', () => {
  expect(loadStep(source('users'), { entry: table, later: [], dialect: postgresDialect, patience: 1 }, false).growth).toBeUndefined();
});
