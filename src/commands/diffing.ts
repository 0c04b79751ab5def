import type { RelationDiff } from '../core/diff';
import { failure } from '../core/diagnostic';
import type { TableColumn } from '../core/plan';
import type { Dialect, Row, Session } from '../core/ports';
import type { Relation } from '../core/relation';
import { diffingOf, type Diffing, type Side } from '../plan/diff';
import { ask } from '../run/statements';

/** One of two relations, and how messages call it. */
export interface Named {
  readonly relation: Relation;
  readonly words: string;
}

interface Setting {
  readonly session: Session;
  readonly dialect: Dialect;
  /** Columns that both are to have; those of `keys` that they have not are passed over when nobody asked for them. */
  readonly key: readonly string[];
  readonly isKeyAsked: boolean;
  /** Samples of each kind; negative for all. */
  readonly limit: number;
}

/** Compares two relations that stand. Throws EtlxError `diff.key` for a key that does not tell rows apart, `usage` for one that is no column of both; StatementError. */
export async function differenceOf(a: Named, b: Named, { session, dialect, key, isKeyAsked, limit }: Setting): Promise<RelationDiff> {
  const query = async (sql: string): Promise<readonly Row[]> => (await ask(session, { sql })).rows;
  const sideOf = async ({ relation }: Named): Promise<Side> => ({
    relation,
    columns: (await query(dialect.columnsQuery(relation))) as unknown as readonly TableColumn[],
  });
  const sides = [await sideOf(a), await sideOf(b)] as const;
  const lacking = key.filter((name) => sides.some(({ columns }) => !columns.some((column) => column.name === name)));
  if (lacking.length > 0 && isKeyAsked) {
    const known = sides[0].columns.map(({ name }) => name);
    throw failure('usage', {
      problem: `\`--key\` names \`${lacking[0]}\`, which is not a column of both`,
      hint: `the columns of a: ${known.join(', ')}`,
    });
  }
  const keys = lacking.length === 0 ? key : [];
  const diffing = diffingOf(...sides, keys, limit);
  if (diffing.badKeys !== undefined) assertKey((await query(diffing.badKeys))[0]!, keys, { a: a.words, b: b.words });
  const [counts] = await query(diffing.counts);
  const count = (name: string): number => Number(counts![name] ?? 0);
  const paired = count('rows_a') - count('only_a');
  const found = {
    a: a.words,
    b: b.words,
    schema: diffing.schema,
    key: keys,
    rows: { a: count('rows_a'), b: count('rows_b') },
    onlyA: count('only_a'),
    onlyB: count('only_b'),
    changed: count('changed'),
    columns: (keys.length === 0 ? [] : diffing.columns)
      .map((column, index) => ({ column, equal: paired - count(`different_${index}`), different: count(`different_${index}`) }))
      .slice(keys.length),
  };
  const differs = found.onlyA + found.onlyB + found.changed > 0;
  const rows = differs && limit !== 0 ? (await query(diffing.samples)).map((row) => sampleOf(row, diffing)) : [];
  return { ...found, samples: { columns: diffing.columns, rows } };
}

function assertKey(bad: Row, key: readonly string[], words: Readonly<Record<'a' | 'b', string>>): void {
  for (const side of ['a', 'b'] as const) {
    const keys = Number(bad[side]);
    if (keys > 0) throw failure('diff.key', { key, side: words[side], keys });
  }
}

function sampleOf(row: Row, { columns }: Diffing): RelationDiff['samples']['rows'][number] {
  const change = row['change'] as 'missing' | 'unexpected' | 'changed';
  const text = (side: string, index: number): string => String(row[`${side}_${index}`] ?? 'null');
  const cells = columns.map((_, index) => {
    if (change === 'missing') return text('a', index);
    if (change === 'unexpected' || row[`different_${index}`] === false) return text('b', index);
    return `${text('a', index)} → ${text('b', index)}`;
  });
  return { change, cells };
}
