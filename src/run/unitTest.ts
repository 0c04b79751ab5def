import { diagnose, EtlxError, failure, type Location } from '../core/diagnostic';
import { closest } from '../core/closest';
import type { NodeId } from '../core/node';
import type { Comparison, Scratch, Statement, UnitTestStep } from '../core/plan';
import { DatabaseError, type Adapter, type QueryResult, type Session } from '../core/ports';
import type { Difference } from '../core/run';
import type { WrittenRows } from '../core/unitTest';
import type { Outcome } from './outcome';
import { StatementError } from './problem';
import { rolledBack } from './rolledBack';
import { nameIn, rowDifference } from './rowDifference';
import { ask, send } from './statements';

/** Runs one unit test. Throws what is wrong with it; a difference is no error but an outcome. */
export type UnitTester = (step: UnitTestStep, signal: AbortSignal) => Promise<Outcome>;

/** Unit tests in one database. */
export interface UnitTests {
  readonly test: UnitTester;
  /**
   * What the model gives from the rows of `step`: cells as texts, by the query that `textsOf` makes of its own and the names of its columns. Throws what is
   * wrong with the rows or with the model.
   */
  answer(step: UnitTestStep, textsOf: (columns: readonly string[]) => Statement, signal: AbortSignal): Promise<WrittenRows>;
}

/** Unit tests in the database of `adapter`, which is empty: the tables that they read are made at the first one, for all. */
export function unitTestsIn(adapter: Adapter, scratch: readonly Scratch[]): UnitTests {
  let made: Promise<ReadonlySet<NodeId>> | undefined;
  const given = async <T>(step: UnitTestStep, signal: AbortSignal, work: (session: Session, stands: boolean) => Promise<T>): Promise<T> => {
    const tables = await (made ??= tablesOf(adapter, scratch));
    return rolledBack(adapter, signal, async (session) => {
      for (const { id, at: place, insert, create } of step.given) {
        const statements = tables.has(id) ? (insert ?? create) : create;
        await at(place, 'the rows that are given', () => send(session, statements ?? []));
      }
      return work(session, tables.has(step.model));
    });
  };
  return {
    async test(step, signal) {
      const differences = await given(step, signal, async (session, stands) => {
        const found: Difference[] = [];
        for (const comparison of step.comparisons) found.push(...(await compared(comparison, stands, session)));
        return found;
      });
      if (differences.length === 0) return { status: 'pass', failures: 0 };
      const failures = differences.reduce((sum, { rows, more = 0 }) => sum + rows.length + more, 0);
      const rows = failures === 1 ? 'row differs' : 'rows differ';
      return { status: 'fail', failures, differences, message: `${failures} ${rows} from what was expected` };
    },
    answer: (step, textsOf, signal) =>
      given(step, signal, async (session) => {
        const { columns } = await ask(session, step.comparisons[0]!.actual);
        const { rows } = await ask(session, textsOf(columns));
        return { columns, rows: rows.map((row) => columns.map((name) => (row[name] ?? null) as string | null)) };
      }),
  };
}

/** Makes the tables; those whose query does not work without others (of which nobody told the columns) are left out. */
async function tablesOf(adapter: Adapter, scratch: readonly Scratch[]): Promise<ReadonlySet<NodeId>> {
  const made = new Set<NodeId>();
  for (const { id, create } of scratch) {
    try {
      await adapter.transaction((session) => session.execute(create.map(({ sql }) => sql)));
      made.add(id);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
    }
  }
  return made;
}

async function compared(comparison: Comparison, stands: boolean, session: Session): Promise<readonly Difference[]> {
  const { cte, standing, apart } = comparison;
  const actual = await ask(session, comparison.actual);
  for (const name of comparison.columns ?? []) assertColumn(name, actual, comparison.at);
  const { write, read } = (stands && standing) || apart;
  const expected = await at(comparison.at, 'the rows that are expected', async () => {
    await send(session, write);
    return session.query(read.sql);
  });
  const columns = comparison.columns ?? expected.columns;
  for (const name of columns) assertColumn(name, actual, comparison.at);
  const difference = rowDifference(expected, actual, columns.length === 0 ? actual.columns : columns);
  return difference === undefined ? [] : [{ ...difference, ...(cte !== undefined && { cte }) }];
}

function assertColumn(name: string, { columns }: QueryResult, place: Location): void {
  if (nameIn(columns, name) !== undefined) return;
  throw failure('unit_test.column', { name, known: columns, closest: closest(name, columns) }, place);
}

/** What the database says of rows that somebody wrote is told where they stand. */
async function at<T>(place: Location, what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const cause = error instanceof StatementError ? error.error : error;
    if (!(cause instanceof DatabaseError)) throw error;
    throw new EtlxError([diagnose('unit_test.rows', { what, problem: cause.message }, place)], { cause: error });
  }
}
