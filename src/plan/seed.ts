import type { Column, Node, SeedNode } from '../core/node';
import type { SeedStep, Statement } from '../core/plan';
import type { Catalog, Dialect } from '../core/ports';
import { hashOf } from '../core/hash';
import { literal, relationKey, relationName, type Relation } from '../core/relation';
import type { SeedColumn, SeedFacts } from '../core/seed';
import { analyze, createTable, keysOf } from './columns';
import { candidateOf } from './names';
import { publishOf, type Standing } from './publish';

/** Raised when the same file and config would give another table: by a new rule of inference, for example. */
const RULES = 1;

/** Where is written which file each seed's table of `schema` was made of. */
export const ledgerOf = (schema: string): Relation => ({ schema, name: 'etlx_seeds' });

/** Makes the ledger where there is none, in every schema that one of the steps' nodes needs it in. */
export function seedLedgers(stepped: readonly Node[]): readonly Statement[] {
  return schemasOf(stepped).map((schema) => ({
    sql: `create table if not exists ${relationName(ledgerOf(schema))} (table_name text not null primary key, fingerprint text not null, loaded_at timestamp with time zone not null)`,
  }));
}

/** The fingerprints that stand in the ledgers of the seeds' schemas (`table_schema`, `table_name`, `fingerprint`); undefined where there is no ledger. */
export function fingerprintsQuery(seeds: readonly SeedNode[], catalog: Catalog): string | undefined {
  const ledgers = schemasOf(seeds).filter((schema) => catalog.has(relationKey(ledgerOf(schema))));
  const queries = ledgers.map(
    (schema) => `select ${literal(schema)} as table_schema, table_name, fingerprint from ${relationName(ledgerOf(schema))}`,
  );
  return queries.length === 0 ? undefined : queries.join('\nunion all\n');
}

const schemasOf = (nodes: readonly Node[]): readonly string[] =>
  [...new Set(nodes.flatMap((node) => (node.kind === 'seed' ? [node.relation.schema] : [])))].sort();

/** What decides what a seed's table holds: its file, and how that is read. */
export function fingerprintOf(
  { format, delimiter, quoteColumns, columns, primaryKey, uniqueKeys, checks = [] }: SeedNode,
  sha256: string,
): string {
  const types = columns.map(({ name, dataType, notNull }) => [name, dataType, notNull]);
  return `${sha256}-${hashOf(JSON.stringify([RULES, format, delimiter, quoteColumns, types, primaryKey, uniqueKeys, checks]))}`;
}

type Seeded = Pick<SeedStep, 'kind' | 'relation' | 'candidate' | 'facts' | 'build' | 'finish' | 'publish'>;

/** How a seed's table is filled, put in place, and written into the ledger; nothing is to be done for one without content. */
export function seedStep(seed: SeedNode, facts: SeedFacts, standing: Standing): Seeded {
  const { relation } = seed;
  const { dialect } = standing;
  const candidate = candidateOf(relation);
  const head = { kind: 'seed', relation, candidate, facts } as const;
  if (facts.content === undefined) return { ...head, build: [], finish: [], publish: [] };
  const columns = facts.content.columns.map((column) => columnOf(column, seed, dialect));
  const keys = keysOf(seed, candidate, dialect);
  const names = columns.map(({ name }) => name);
  const publication = { relation, candidate, kind: 'table', constraints: keys.renames, indexes: keys.indexes, columns: names } as const;
  return {
    ...head,
    build: [
      createTable({ relation, columns, primaryKey: seed.primaryKey, ...(seed.checks && { checks: seed.checks }) }, candidate, dialect),
    ],
    finish: [...keys.statements, ...analyze(candidate, dialect)],
    publish: [...publishOf(publication, standing), remembered(relation, fingerprintOf(seed, facts.sha256))],
  };
}

/** The column as its table is made: with what was said about it, and a type that the engine keeps. */
function columnOf({ name, type, scale = 0 }: SeedColumn, seed: SeedNode, dialect: Dialect): Column {
  const described = seed.columns.find((column) => column.name === name) ?? { description: '', notNull: false, tags: [], meta: {} };
  const isKept = scale === 0 && type !== 'NUMERIC' ? true : 'type' in dialect.columnType(type);
  return { ...described, name, dataType: isKept ? type : `DECIMAL(38,${scale})` };
}

/** Written in the transaction that makes the table, so that the two never differ. */
function remembered({ schema, name }: Relation, fingerprint: string): Statement {
  return {
    sql: `insert into ${relationName(ledgerOf(schema))} (table_name, fingerprint, loaded_at) values (${literal(name)}, ${literal(fingerprint)}, now()) on conflict (table_name) do update set fingerprint = excluded.fingerprint, loaded_at = excluded.loaded_at`,
  };
}
