import { diagnose, EtlxError, failure, type Diagnostic } from '../core/diagnostic';
import type { Node, SnapshotNode } from '../core/node';
import type { Addition, SnapshotStep } from '../core/plan';
import type { Catalog, CatalogEntry } from '../core/ports';
import { quote, relationKey, relationName, type Relation } from '../core/relation';
import { analyze } from './columns';
import { repeatedKeys } from './incremental';
import { candidateOf } from './names';
import { publishOf, type Standing } from './publish';
import { checkSource, fittedColumns } from './snapshotColumns';
import { firstVersions, newVersions } from './snapshotSql';

/** Whether a run brings the snapshot that stands up to date: always, unless its own config allows `--full-refresh` to forget what it holds. */
export const isKeptSnapshot = ({ rule }: SnapshotNode, entry: CatalogEntry | undefined, fullRefresh: boolean): boolean =>
  entry !== undefined && !(fullRefresh && rule.forgets);

/** Throws EtlxError `snapshot.in-the-way` with every snapshot among `nodes` that would be kept in something that is no table: before anything runs. */
export function checkSnapshots(nodes: readonly Node[], catalog: Catalog, keeps: (node: Node) => boolean): void {
  const problems = nodes.flatMap((node): readonly Diagnostic[] => {
    const kind = node.kind === 'snapshot' && keeps(node) ? catalog.get(relationKey(node.relation))!.kind : 'table';
    if (node.kind !== 'snapshot' || kind === 'table') return [];
    const found = kind === 'other' ? 'relation of another kind' : kind.replace('_', ' ');
    return [diagnose('snapshot.in-the-way', { snapshot: node.name, relation: relationName(node.relation), kind: found }, node.at)];
  });
  if (problems.length > 0) throw new EtlxError(problems);
}

/** How the source's rows become the versions of a snapshot: they are read once, into a table of their own, and looked over before anything is changed. */
export function snapshotStep(
  snapshot: SnapshotNode,
  standing: Standing,
  keeps: boolean,
): Pick<SnapshotStep, 'kind' | 'materialized' | 'relation' | 'build' | 'addition' | 'publish'> {
  const { relation } = snapshot;
  const { dialect } = standing;
  const fresh = candidateOf(relation);
  const head = { kind: 'snapshot', materialized: 'snapshot', relation } as const;
  const filled = (query: string) => [
    { sql: `create table ${relationName(fresh)} as (\n${query}\n)`, counts: true } as const,
    ...analyze(fresh, dialect),
  ];
  const columns = { standing: { sql: dialect.columnsQuery(keeps ? relation : fresh) }, arriving: { sql: dialect.columnsQuery(fresh) } };
  const common = { strategy: 'snapshot', ...columns, question: aboutRows(snapshot, fresh) };
  if (keeps) {
    return {
      ...head,
      build: filled(snapshot.sql),
      addition: {
        ...common,
        words: `snapshot: versions of changed rows in ${relationName(relation)} end, and new ones begin`,
        into(standingColumns, arriving) {
          const fitted = fittedColumns(snapshot, standingColumns, arriving);
          const { told } = fitted;
          return {
            statements: [...fitted.statements, ...newVersions({ snapshot, fresh, fitted, dialect })],
            ...(told !== undefined && { told }),
          };
        },
      },
      publish: [{ sql: `drop table ${relationName(fresh)}` }],
    };
  }
  return {
    ...head,
    build: filled(firstVersions(snapshot)),
    addition: {
      ...common,
      words: `snapshot: every row is the first version of its key`,
      into(_, arriving) {
        checkSource(snapshot, sourceOf(snapshot, arriving));
        return { statements: [] };
      },
    },
    publish:
      standing.entry === undefined
        ? // not `publishOf`, which replaces what has come to stand there meanwhile: that would be history
          [{ sql: `alter table ${relationName(fresh)} rename to ${quote(relation.name)}` }]
        : publishOf({ relation, candidate: fresh, kind: 'table', constraints: [], indexes: [] }, standing),
  };
}

/** The columns of the source among those of the first versions, which end with the snapshot's own. */
function sourceOf<C>({ rule: { hardDeletes } }: SnapshotNode, columns: readonly C[]): readonly C[] {
  return columns.slice(0, hardDeletes === 'new_record' ? -5 : -4);
}

/** Refuses keys that several rows have, and rows that do not say when they changed. */
function aboutRows({ name, at, rule: { uniqueKey, updatedAt } }: SnapshotNode, fresh: Relation): NonNullable<Addition['question']> {
  const timeless = updatedAt === undefined ? '0' : `(select count(*) from ${relationName(fresh)} where ${quote(updatedAt)} is null)`;
  return {
    words: `rows: none may repeat a key${updatedAt === undefined ? '' : `, and all have their ${quote(updatedAt)}`}`,
    statement: { sql: `select keys, example, ${timeless} as timeless from (${repeatedKeys(uniqueKey, fresh)}) as etlx_keys` },
    refusal(answer) {
      const [keys, rows] = [Number(answer['keys']), Number(answer['timeless'])];
      if (keys > 0) return failure('snapshot.duplicates', { snapshot: name, key: uniqueKey, keys, example: String(answer['example']) }, at);
      return rows > 0 ? failure('snapshot.timeless', { snapshot: name, column: updatedAt!, rows }, at) : undefined;
    },
  };
}
