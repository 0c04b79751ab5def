import { sourceOf } from '../core/position';
import type { ModelNode } from '../core/node';
import { compile } from './compile';
import { sampledManifest, type Reads } from './sampled';

const settings = { path: 'project.yaml', text: 'name: shop\ntargets: {dev: {type: duckdb, path: x, schema: s}}\n' };

function sampled(sql: string, reads: Reads, parent = 'select 1 as id'): ModelNode {
  const files = Object.entries({ 'models/a.sql': parent, 'models/b.sql': 'select 1 as id', 'models/m.sql': sql }).map(([path, text]) => ({
    path,
    text,
  }));
  const { manifest } = compile({ root: '/', settings, files, seeds: [], functions: new Map() }, { vars: {}, env: {}, fullRefresh: false });
  return sampledManifest(manifest, reads).nodes.get('model.m') as ModelNode;
}

const read = (sql: string, reads: Reads = 'nothing'): string => sampled(sql, reads).sql;

test.each([
  [`select * from {{ ref('a') }}`, `select * from (select * from "s"."a" where false) as "a"`],
  [`select o.id from {{ ref('a') }} as o`, `select o.id from (select * from "s"."a" where false) as o`],
  [
    `select o.id from {{ ref('a') }} o, {{ ref('b') }}`,
    `select o.id from (select * from "s"."a" where false) o, (select * from "s"."b" where false) as "b"`,
  ],
  [`select 1 from {{ ref('a') }} where a.id = 1`, `select 1 from (select * from "s"."a" where false) as "a" where a.id = 1`],
  [
    `select 1 from {{ ref('a') }}\njoin {{ ref('b') }} -- {{ ref('b') }}\n"x" on true`,
    `select 1 from (select * from "s"."a" where false) as "a"\njoin (select * from "s"."b" where false) -- "s"."b"\n"x" on true`,
  ],
  [
    `select '{{ ref('a') }}', {{ ref('a') }}.id from {{ ref('a') }}`,
    `select '"s"."a"', "s"."a".id from (select * from "s"."a" where false) as "a"`,
  ],
  [`select (select count(*) from {{ ref('a') }})`, `select (select count(*) from (select * from "s"."a" where false) as "a")`],
])('%s', (sql, expected) => {
  expect(read(sql)).toBe(expected);
});

test('so many rows, and those since a time of what has an `event_time`', () => {
  expect(read(`select * from {{ ref('a') }}`, { rows: 7 })).toBe(`select * from (select * from "s"."a" limit 7) as "a"`);
  const since = new Date('2026-01-31T12:00:00.000Z');
  const own = sampled(
    `select * from {{ ref('a') }} join {{ ref('b') }} using (id)`,
    { since },
    `{{ config(event_time='at') }}select 1 as id, now() as at`,
  );
  expect(own.sql).toBe(
    `select * from (select * from "s"."a" where "at" >= cast('2026-01-31 12:00:00' as timestamp)) as "a" join "s"."b" using (id)`,
  );
});

test('what an ephemeral model reads is read in part as well; the own table of a model is not', () => {
  const { sql } = sampled(
    `select * from {{ ref('a') }} where id not in (select id from {{ self }})`,
    'nothing',
    `{{ config(materialized='ephemeral') }}select id from {{ ref('b') }}`,
  );
  expect(sql).toContain('from (select * from "s"."b" where false) as "b"');
  expect(sql).toContain('(select id from "s"."m")');
});

test('every place is still that of its source', () => {
  const source = `select 1\nfrom {{ ref('a') }}\nwhere nonsense = (select 2 from {{ ref('b') }} where other)`;
  const { sql, lines } = sampled(source, 'nothing');
  for (const word of ['select 1', 'where nonsense', 'where other'])
    expect(sourceOf(lines, sql.indexOf(word)).offset).toBe(source.indexOf(word));
});
