import { areEqual, type RelationDiff } from '../core/diff';
import { closest } from '../core/closest';
import { EtlxError, failure } from '../core/diagnostic';
import type { ModelNode, Node } from '../core/node';
import { DatabaseError, type Adapter } from '../core/ports';
import { relationKey, relationName, type Relation } from '../core/relation';
import { probeOf } from '../plan/diff';
import { diffJson, diffText } from '../report/diff';
import { relationText } from '../report/words';
import { problemOf, StatementError } from '../run/problem';
import { rolledBack } from '../run/rolledBack';
import { send } from '../run/statements';
import { inDatabase } from './database';
import { differenceOf, type Named } from './diffing';
import type { Flags } from './flags';
import { numberFlag, openProject, type OnRead, type Opened } from './opened';
import type { Shell } from './shell';

const FORMS = ['text', 'json'] as const;
const SAMPLES = 5;
const ROOM = 120;

/** `etlx diff <model>` and `etlx diff <a> <b>`: a model as it stands against what its SELECT gives now, or two relations. Answers the exit code: 1 when they differ. */
export async function diff(words: readonly string[], flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const output = flags.output ?? 'text';
  if (!(FORMS as readonly string[]).includes(output))
    throw failure('config.value', { key: '--output', value: output, known: FORMS, closest: closest(output, FORMS) });
  const limit = numberFlag('limit', flags.limit, -1) ?? SAMPLES;
  const [first, second] = words;
  if (first === undefined || words.length > 2)
    throw failure('usage', { problem: '`etlx diff` takes a model, or two relations', hint: 'for example: `etlx diff user_summaries`' });
  const opened = await openProject(flags, shell, onRead);
  const a = meantBy(first, opened);
  const b = second === undefined ? undefined : meantBy(second, opened);
  const model = b === undefined ? modelOf(a, first) : undefined;
  const key = flags.key ?? keyOf(a.node) ?? keyOf(b?.node) ?? [];
  const found = await inDatabase(opened, shell, async (adapter) => {
    await assertStanding([a, ...(b === undefined ? [] : [b])], adapter);
    return rolledBack(adapter, shell.signal, async (session): Promise<RelationDiff> => {
      const setting = { session, dialect: adapter.dialect, key, isKeyAsked: flags.key !== undefined, limit };
      if (model === undefined) return differenceOf(a, b!, setting);
      const { relation, build } = probeOf(model, adapter.dialect);
      await send(session, build);
      return differenceOf(a, { relation, words: `what ${model.path} gives now` }, setting);
    }).catch((error: unknown): never => {
      if (!(error instanceof StatementError) && !(error instanceof DatabaseError)) throw error;
      throw new EtlxError(problemOf(error, { lines: model?.lines, textOf: opened.textOf }), { cause: error });
    });
  });
  shell.stdout.write(output === 'json' ? diffJson(found) : diffText(found, shell.stdout.columns ?? ROOM));
  return areEqual(found) ? 0 : 1;
}

interface Meant extends Named {
  readonly node?: Node;
}

/** The relation that a word names: a node by its name or id, or `schema.table` of the database. */
function meantBy(word: string, { manifest }: Opened): Meant {
  const isOwner = (node: Node): boolean => 'relation' in node && !(node.kind === 'model' && node.materialized === 'ephemeral');
  const owners = [...manifest.nodes.values()].filter(isOwner);
  const found = owners.filter(({ id, name }) => id === word || name === word);
  if (found.length > 1) throw failure('ref.ambiguous', { name: word, candidates: found.map(({ id }) => id) });
  const [node] = found;
  if (node !== undefined && 'relation' in node) return { node, ...named(node.relation) };
  const [schema, name, ...more] = word.split('.');
  if (name !== undefined && more.length === 0) return named({ schema: schema!, name });
  const known = owners.map((each) => each.name);
  throw failure('ref.unknown', { name: word, closest: closest(word, known) });
}

const named = (relation: Relation): Named => ({ relation, words: relationText(relationName(relation)) });

/** The model whose SELECT is asked. Throws EtlxError `usage` for anything else. */
function modelOf({ node }: Meant, word: string): ModelNode {
  if (node?.kind === 'model') return node;
  throw failure('usage', {
    problem: `\`${word}\` is no model, so there is nothing that it would give now`,
    hint: `name what it is compared with: \`etlx diff ${word} <other>\``,
  });
}

/** The columns that tell a node's rows apart, where it says. */
function keyOf(node: Node | undefined): readonly string[] | undefined {
  if (node === undefined || !('primaryKey' in node)) return undefined;
  const key = node.primaryKey.length === 0 && node.kind === 'model' ? (node.incremental?.uniqueKey ?? []) : node.primaryKey;
  return key.length === 0 ? undefined : key;
}

async function assertStanding(meant: readonly Meant[], adapter: Adapter): Promise<void> {
  const catalog = await adapter.catalog([...new Set(meant.map(({ relation }) => relation.schema))]);
  const known = [...catalog.values()].map(({ relation }) => named(relation).words);
  for (const { relation, words } of meant) {
    if (!catalog.has(relationKey(relation))) throw failure('relation.missing', { relation: words, closest: closest(words, known) });
  }
}
