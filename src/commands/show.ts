import { closest } from '../core/closest';
import { EtlxError, failure } from '../core/diagnostic';
import { unbounded } from '../core/interval';
import type { LineMap, Node } from '../core/node';
import { DatabaseError, type Adapter, type QueryResult } from '../core/ports';
import { relationName } from '../core/relation';
import { connect } from '../adapters/connect';
import { secretFile } from '../disk/secretFile';
import { bodyOf } from '../core/body';
import { jsonText, rowsJson } from '../report/jsontext';
import { previewText } from '../report/table';
import { problemOf, StatementError } from '../run/problem';
import type { Flags } from './flags';
import { chosenOf, numberFlag, openProject, type OnRead, type Opened } from './opened';
import type { Shell } from './shell';

const FORMS = ['text', 'json'] as const;
const ROWS = 5;

/** One query to show. */
interface Query {
  readonly node?: string;
  readonly sql: string;
  readonly lines?: LineMap;
}

/** `etlx show`: the first rows of a model's SELECT (of a source: its table), or of a query of your own. */
export async function show(name: string | undefined, flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const output = flags.output ?? 'text';
  if (!(FORMS as readonly string[]).includes(output)) {
    throw failure('config.value', { key: '--output', value: output, known: FORMS, closest: closest(output, FORMS) });
  }
  const limit = numberFlag('limit', flags.limit, -1) ?? ROWS;
  const asked = askedOf(name, flags);
  const opened = await openProject(flags, shell, onRead);
  const queries = 'inline' in asked ? [{ sql: opened.inline(asked.inline).sql }] : queriesOf({ ...flags, select: asked.select }, opened);
  const adapter = await connect(opened.manifest.target, {
    root: opened.project.root,
    env: shell.env,
    image: shell.image,
    secretFile: secretFile(opened.project.root),
  });
  try {
    for (const query of queries) {
      const result = await ask(adapter, query, limit, opened, shell.signal);
      const { node } = query;
      if (output === 'json') shell.stdout.write(`{${node === undefined ? '' : `"node":${jsonText(node)},`}"show":${rowsJson(result)}}\n`);
      else shell.stdout.write(previewText(node, result));
    }
  } finally {
    await adapter.close();
  }
  return 0;
}

/** What the call asks to see: one of a name, `--select` and `--inline`. Throws EtlxError `usage` for none and for several. */
function askedOf(
  name: string | undefined,
  { select, inline }: Flags,
): { readonly select: readonly string[] } | { readonly inline: string } {
  const asked = [
    ...(name === undefined ? [] : [{ select: [name] }]),
    ...(select === undefined ? [] : [{ select }]),
    ...(inline === undefined ? [] : [{ inline }]),
  ];
  if (asked.length === 1) return asked[0]!;
  throw failure('usage', {
    problem:
      asked.length === 0
        ? '`etlx show` takes the name of a node, or `--inline`'
        : '`etlx show` takes one of a name, `--select` and `--inline`',
    hint: 'for example: `etlx show user_summaries`',
  });
}

/** The chosen nodes that have rows to show; tests only where nothing else was chosen, since they come along with their models. */
function queriesOf(flags: Flags, opened: Opened): readonly Query[] {
  const nodes = [...chosenOf(flags, opened)].map((id) => opened.manifest.nodes.get(id)!);
  if (nodes.length === 0) throw failure('run.nothing', { problem: 'everything that was selected was excluded' });
  const tables = nodes.filter(({ kind }) => kind === 'model' || kind === 'source' || kind === 'seed' || kind === 'snapshot');
  const queries = (tables.length > 0 ? tables : nodes).flatMap((node) => queryOf(node) ?? []);
  if (queries.length > 0) return queries;
  throw failure('usage', {
    problem: `${nodes.map(({ id }) => `\`${id}\``).join(', ')} has no rows to show`,
    hint: 'show a model, a seed, a snapshot, a source table or a test',
  });
}

function queryOf(node: Node): Query | undefined {
  if (node.kind === 'model' || node.kind === 'test')
    return { node: node.name, sql: unbounded(node.sql), ...(node.lines && { lines: node.lines }) };
  return node.kind === 'source' || node.kind === 'seed' || node.kind === 'snapshot'
    ? { node: node.name, sql: `select * from ${relationName(node.relation)}` }
    : undefined;
}

/** Runs the query with its own limit or order untouched: the limit is put around it. */
async function ask(adapter: Adapter, { sql, lines }: Query, limit: number, { textOf }: Opened, signal: AbortSignal): Promise<QueryResult> {
  const before = 'select * from (\n';
  const wrapped = `${before}${bodyOf(sql)}\n) as etlx_show${limit < 0 ? '' : `\nlimit ${limit}`}`;
  try {
    return await adapter.query(wrapped, signal);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new EtlxError(problemOf(new StatementError(error, { sql: wrapped, bodyAt: before.length }), { lines, textOf }), { cause: error });
  }
}
