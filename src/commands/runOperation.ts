import { closest } from '../core/closest';
import { EtlxError, failure } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { QueryResult, Session } from '../core/ports';
import { sqlTokens } from '../core/sqlTokens';
import { statementsIn } from '../core/statementsIn';
import { rowsJson } from '../report/jsontext';
import { tableText } from '../report/table';
import { counted } from '../report/words';
import { problemOf, StatementError } from '../run/problem';
import { ask, send } from '../run/statements';
import { inDatabase } from './database';
import type { Flags } from './flags';
import { openProject, type OnRead } from './opened';
import type { Shell } from './shell';
import { mappingOf } from './vars';

const FORMS = ['text', 'json'] as const;

/**
 * `etlx run-operation <macro>`: renders a macro with `--args` and runs the statements that it gives, all in one transaction. What queries among them answer
 * is printed. Answers the exit code; throws EtlxError for what the database refuses, and then nothing is done.
 */
export async function runOperation(name: string | undefined, flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  if (name === undefined)
    throw failure('usage', {
      problem: '`etlx run-operation` takes a macro',
      hint: "for example: `etlx run-operation grant_select --args '{role: reader}'`",
    });
  const output = flags.output ?? 'text';
  if (!(FORMS as readonly string[]).includes(output))
    throw failure('config.value', { key: '--output', value: output, known: FORMS, closest: closest(output, FORMS) });
  const args = mappingOf('--args', flags.args) as Readonly<Record<string, TemplateValue>>;
  const opened = await openProject(flags, shell, onRead);
  const statements = statementsIn(opened.call(name, args));
  if (statements.length === 0) throw failure('run.nothing', { problem: `the macro \`${name}\` gives no SQL` });
  const results = await inDatabase(opened, shell, (adapter) =>
    adapter.transaction(async (session) => {
      const found: QueryResult[] = [];
      for (const sql of statements) found.push(...(await answersOf(sql, session)));
      return found;
    }, shell.signal),
  ).catch((error: unknown): never => {
    if (!(error instanceof StatementError)) throw error;
    throw new EtlxError(problemOf(error, { textOf: opened.textOf }), { cause: error });
  });
  for (const result of results) shell.stdout.write(output === 'json' ? `${rowsJson(result)}\n` : tableText(result));
  if (!flags.quiet) shell.stderr.write(`${name}: ran ${counted(statements.length, 'statement')}\n`);
  return 0;
}

/** Runs one statement; its answer when it asks something. */
async function answersOf(sql: string, session: Session): Promise<readonly QueryResult[]> {
  if (asks(sql)) return [await ask(session, { sql })];
  await send(session, [{ sql }]);
  return [];
}

const QUESTIONS: ReadonlySet<string> = new Set([
  'select',
  'with',
  'values',
  'table',
  'show',
  'explain',
  'from',
  'describe',
  'summarize',
  'pragma',
  '(',
]);

/** Whether a statement answers rows: a query, or a change that tells what it has `returning` changed. */
function asks(sql: string): boolean {
  const words = [...sqlTokens(sql)].filter(({ kind }) => kind === 'word' || kind === 'mark').map(({ text }) => text.toLowerCase());
  return QUESTIONS.has(words[0] ?? '') || words.includes('returning');
}
