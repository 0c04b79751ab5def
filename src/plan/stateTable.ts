import type { NodeId } from '../core/node';
import type { Statement } from '../core/plan';
import { literal, relationName, type Relation } from '../core/relation';
import type { Fingerprint } from './fingerprints';

/** Where is written, per project and node, what each build was made of: in the schema of the target, committed with what it tells of. */
export const stateTableOf = (schema: string): Relation => ({ schema, name: 'etlx_state' });

/** How many builds of each node are remembered. */
const REMEMBERED = 20;

/** Whose state, and where it is kept. */
export interface StateOf {
  readonly schema: string;
  readonly project: string;
}

/** A build as it is written down. */
export interface Built extends StateOf {
  readonly id: NodeId;
  /** What it built; absent for what leaves no relation. */
  readonly relation?: Relation;
  readonly fingerprint: Fingerprint;
  /** What `state:modified` compares, as text. */
  readonly facets: string;
  readonly run: string;
  /**
   * What names the contents, besides the fingerprint: the data that were read (`reads`); the run, for what reads the clock or adds to itself; a hash
   * of the data that are all of the contents; or of data that were added to what was there, where the same data add nothing.
   */
  readonly contents: 'reads' | 'run' | { readonly hash: string } | { readonly added: string };
}

/** Makes the table. */
export const stateTable = (schema: string): Statement => ({
  sql: `create table if not exists ${relationName(stateTableOf(schema))} (project text not null, node text not null, build integer not null, fingerprint text not null, version text not null, reads text not null, facets text not null, run text not null, built_at timestamp with time zone not null default now(), relation_schema text, relation_name text, primary key (project, node, build))`,
});

/** Forgets old builds of a node. */
export function forgotten({ schema, project }: StateOf, id: NodeId): Statement {
  const table = relationName(stateTableOf(schema));
  const key = `project = ${literal(project)} and node = ${literal(id)}`;
  return { sql: `delete from ${table} where ${key} and build <= (select max(build) from ${table} where ${key}) - ${REMEMBERED}` };
}

/** The latest build of every node of the project. */
export const stateQuery = ({ schema, project }: StateOf): string =>
  `select distinct on (node) node, fingerprint, version, reads, facets, run, built_at
from ${relationName(stateTableOf(schema))}
where project = ${literal(project)}
order by node, build desc`;

/**
 * Writes down, as the first statement of the transaction that builds a node, what it is built from: if somebody replaces a table that it reads
 * in the middle, it counts as built from the old one. Its `version` names its contents: equal versions, equal rows.
 */
export function built({ schema, project, id, relation, fingerprint, facets, run, contents }: Built): Statement {
  const table = relationName(stateTableOf(schema));
  const key = `project = ${literal(project)} and node = ${literal(id)}`;
  const place = relation === undefined ? 'null, null' : `${literal(relation.schema)}, ${literal(relation.name)}`;
  const reads = typeof contents === 'object' && 'added' in contents ? literal(contents.added) : 'reads';
  return {
    sql: `insert into ${table} (project, node, build, fingerprint, version, reads, facets, run, relation_schema, relation_name)
select ${literal(project)}, ${literal(id)}, (select coalesce(max(build), 0) + 1 from ${table} where ${key}), ${literal(fingerprint.hash)}, ${versionOf(contents, fingerprint, run, `select version, reads, fingerprint from ${table} where ${key} order by build desc limit 1`)}, ${reads}, ${literal(facets)}, ${literal(run)}, ${place}
from (${readsQuery({ schema, project }, fingerprint.reads, run)}) as now_read
on conflict do nothing`,
  };
}

/** SQL for the version. */
function versionOf(contents: Built['contents'], { hash }: Fingerprint, run: string, latest: string): string {
  if (contents === 'reads') return `md5(${literal(`${hash} `)} || reads)`;
  if (contents === 'run') return `md5(${literal(run)})`;
  if ('hash' in contents) return `md5(${literal(`${hash} ${contents.hash}`)})`;
  const added = literal(contents.added);
  const isSame = `latest.reads = ${added} and latest.fingerprint = ${literal(hash)}`;
  return `coalesce((select case when ${isSame} then latest.version else md5(latest.version || ${added}) end from (${latest}) as latest), md5(${added}))`;
}

/** Takes back what the run wrote down of a node whose transaction is kept although nothing was published; without a run, all that is known of it. */
export const unbuilt = ({ schema, project }: StateOf, id: NodeId, run?: string): Statement => ({
  sql: `delete from ${relationName(stateTableOf(schema))} where project = ${literal(project)} and node = ${literal(id)}${run === undefined ? '' : ` and run = ${literal(run)}`}`,
});

/** One row: what the node's latest build read (`before`, null when there was none of this fingerprint), and what it would read `now`. */
export function compared(state: StateOf, id: NodeId, { hash, reads }: Fingerprint, run: string): Statement {
  return {
    sql: `select (select reads from (select fingerprint, reads from ${relationName(stateTableOf(state.schema))} where project = ${literal(state.project)} and node = ${literal(id)} order by build desc limit 1) as latest where fingerprint = ${literal(hash)}) as before, reads as now
from (${readsQuery(state, reads, run)}) as now_read`,
  };
}

/** One row, `reads`: the versions of the given nodes, `id=version` with blanks between. One that nobody wrote down is new in every run. */
function readsQuery({ schema, project }: StateOf, reads: readonly NodeId[], run: string): string {
  if (reads.length === 0) return `select '' as reads`;
  return `select string_agg(parent.id || '=' || coalesce(latest.version, ${literal(run)}), ' ' order by parent.id) as reads
from (values ${reads.map((id) => `(${literal(id)})`).join(', ')}) as parent(id)
left join (select distinct on (node) node, version from ${relationName(stateTableOf(schema))} where project = ${literal(project)} and node in (${reads.map(literal).join(', ')}) order by node, build desc) as latest on latest.node = parent.id`;
}

/** The ids of the nodes whose data differ between two texts of `reads`. */
export function changedReads(before: string, now: string): readonly NodeId[] {
  const known = new Set(before.split(' '));
  return now
    .split(' ')
    .filter((each) => each !== '' && !known.has(each))
    .map((each) => each.slice(0, each.lastIndexOf('=')) as NodeId);
}
