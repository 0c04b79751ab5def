import { EtlxError, failure } from '../core/diagnostic';
import type { Together } from '../core/check';
import type { NodeId } from '../core/node';
import type {
  DatasetStep,
  ExtractStep,
  FreshnessStep,
  Grown,
  LoadStep,
  ModelStep,
  OperationStep,
  SeedStep,
  SnapshotStep,
  Step,
  TestStep,
} from '../core/plan';
import type { Adapter, Row, Session } from '../core/ports';
import type { Drift, RowCounts } from '../core/loader';
import { addRows } from './addition';
import { remark, surrounded } from './around';
import { publishAudited, type Audit } from './audits';
import { inBatches, type Batching } from './batches';
import { checked, type Answers } from './check';
import { commented } from './commented';
import { judgeFreshness } from './freshness';
import type { Outcome } from './outcome';
import { ask, placed, send } from './statements';
import { unchanged } from './unchanged';
import type { UnitTester } from './unitTest';

interface Extracted {
  readonly records: number;
  readonly pages: number;
  readonly window?: string;
}

/** What the steps work on; databases and lakes come in as ports. */
export interface Workers {
  readonly adapter: Adapter;
  /** `committed` is the answer to the step's own question. Answers the window that was asked for, where there is one, in words. */
  extract(step: ExtractStep, committed: readonly Row[], signal: AbortSignal): Promise<Extracted>;
  dataset(step: DatasetStep, signal: AbortSignal): Promise<{ readonly counts: RowCounts; readonly drift?: Drift }>;
  /** Copies the latest dataset into the step's candidate table; `grown` is what then takes the place of the step's own statements. */
  load(step: LoadStep, session: Session): Promise<{ readonly rows: number; readonly counts: RowCounts; readonly grown?: Grown }>;
  /** Copies the seed's file into the step's candidate table. */
  seed(step: SeedStep, session: Session): Promise<{ readonly rows: number }>;
  unitTest: UnitTester;
}

/** The workers of one run, which asks a query that several tests share once. */
export interface Crew extends Workers {
  answers(together: Together, signal: AbortSignal): Promise<Answers>;
  /** What stands as a comment behind the statements of a step; absent: nothing. Throws EtlxError. */
  readonly commentOf?: (id: NodeId) => string;
}

/** One attempt at `step`, unless it would give nothing new. Throws what went wrong; then nothing of it is visible. */
export async function work(step: Step, crew: Crew, audit: Audit, signal: AbortSignal, batching: Batching): Promise<Outcome> {
  const { adapter, commentOf } = crew;
  const workers = commentOf === undefined ? crew : { ...crew, adapter: commented(adapter, commentOf(step.id)) };
  const since = await unchanged(step, workers.adapter, signal);
  return since === undefined ? done(step, workers, audit, signal, batching) : { status: 'unchanged', message: since };
}

function done(step: Step, workers: Crew, audit: Audit, signal: AbortSignal, batching: Batching): Promise<Outcome> {
  switch (step.kind) {
    case 'extract':
      return extract(step, workers, signal);
    case 'dataset':
      return dataset(step, workers, signal);
    case 'load':
      return fill(step, (session) => workers.load(step, session), workers, audit, signal);
    case 'seed':
      if (step.facts.content === undefined) return Promise.resolve({ status: 'unchanged', message: 'the file is as it was' });
      return surrounded(step, workers.adapter, signal, () => fill(step, (session) => workers.seed(step, session), workers, audit, signal));
    case 'model':
    case 'snapshot': {
      const build = (part: ModelStep | SnapshotStep, by: Audit): Promise<Outcome> => model(part, workers, by, signal);
      return surrounded(step, workers.adapter, signal, () =>
        step.kind === 'model' && step.batches !== undefined
          ? inBatches(step, step.batches, { ...batching, build, audit, signal })
          : build(step, audit),
      );
    }
    case 'test':
      return test(step, workers, signal);
    case 'unit_test':
      return workers.unitTest(step, signal);
    case 'freshness':
      return freshness(step, workers, signal);
    case 'operation':
      return operation(step, workers, signal);
  }
}

async function extract(step: ExtractStep, workers: Workers, signal: AbortSignal): Promise<Outcome> {
  const { committed } = step;
  const { rows } = committed === undefined ? { rows: [] } : await placed([committed], () => workers.adapter.query(committed.sql, signal));
  const { records, pages, window } = await workers.extract(step, rows, signal);
  const received = `${records} ${records === 1 ? 'record' : 'records'} in ${pages} ${pages === 1 ? 'page' : 'pages'}`;
  return { status: 'success', rows: records, message: window === undefined ? received : `${received}, ${window}` };
}

async function dataset(step: DatasetStep, workers: Workers, signal: AbortSignal): Promise<Outcome> {
  const { counts, drift } = await workers.dataset(step, signal);
  return { status: 'success', rows: counts.loaded, counts, ...(drift && { drift }) };
}

interface Filling {
  readonly rows: number;
  readonly counts?: RowCounts;
  readonly grown?: Grown;
}

async function fill(
  step: LoadStep | SeedStep,
  copy: (session: Session) => Promise<Filling>,
  workers: Workers,
  audit: Audit,
  signal: AbortSignal,
): Promise<Outcome> {
  const { ahead = [], opening = [], closing = [] } = step;
  const outcome = await workers.adapter.transaction<Outcome | EtlxError>(async (session) => {
    await send(session, ahead);
    await send(session, [...opening, ...step.build]);
    const { rows, counts, grown = step } = await copy(session);
    // without audits the keys and the publication travel together
    const audited = step.audits.length > 0;
    const publish = [...grown.publish, ...closing];
    await send(session, audited ? grown.finish : [...grown.finish, ...publish]);
    const refusal = audited ? await publishAudited(step, session, audit, publish) : undefined;
    if (refusal !== undefined) return refusal;
    await remark(step, session);
    return { status: 'success', rows, ...(counts && { counts }), message: `COPY ${rows}` };
  }, signal);
  if (outcome instanceof EtlxError) throw outcome;
  return outcome;
}

async function model(step: ModelStep | SnapshotStep, workers: Workers, audit: Audit, signal: AbortSignal): Promise<Outcome> {
  const outcome = await workers.adapter.transaction<Outcome | EtlxError>(async (session) => {
    const { addition, ahead = [], opening = [], closing = [] } = step;
    await send(session, ahead);
    const isCompared = step.kind === 'model' && step.describe !== undefined;
    if (isCompared) {
      await send(session, opening);
      await compareColumns(step, session);
    }
    const build = isCompared ? step.build : [...opening, ...step.build];
    const publish = [...step.publish, ...closing];
    // what is neither tested nor added to travels together
    const held = addition !== undefined || step.audits.length > 0;
    const statements = held ? build : [...build, ...publish];
    const counts = await send(session, statements);
    const added = addition && (await addRows(addition, session));
    const refusal = held ? await publishAudited(step, session, audit, publish) : undefined;
    if (refusal !== undefined) return refusal;
    await remark(step, session);
    const built = counts.find((count, index) => statements[index]!.counts && count !== null) ?? undefined;
    const rows = added?.rows ?? built;
    return { status: 'success', ...(rows !== undefined && { rows }), message: messageOf(step, rows, added?.told) };
  }, signal);
  if (outcome instanceof EtlxError) throw outcome;
  return outcome;
}

/** `SELECT 3`, `MERGE 3; added city`, `CREATE VIEW`: what was done, as a database would say it. */
function messageOf(
  { materialized, addition, publish }: ModelStep | SnapshotStep,
  rows: number | undefined,
  told: string | undefined,
): string {
  const verb = addition?.strategy.toUpperCase() ?? 'SELECT';
  if (rows !== undefined) return `${verb} ${rows}${told === undefined ? '' : `; ${told}`}`;
  return `${publish.length === 0 ? 'REFRESH' : 'CREATE'} ${materialized.toUpperCase().replace('_', ' ')}`;
}

async function test(step: TestStep, workers: Crew, signal: AbortSignal): Promise<Outcome> {
  const { check } = step;
  const outcome = await asked(step, workers, signal);
  const kept = outcome.status === 'pass' ? check.record : check.forget;
  if (kept !== undefined) await workers.adapter.query(kept.sql, signal);
  return outcome;
}

async function asked({ check, together }: TestStep, { adapter, answers }: Crew, signal: AbortSignal): Promise<Outcome> {
  const { store } = check;
  if (store !== undefined) {
    return adapter.transaction(async (session) => {
      await send(session, store);
      return checked(check, (statement) => ask(session, statement));
    }, signal);
  }
  const answer = together && (await answers(together, signal)).get(check.id);
  return checked(check, (statement) => placed([statement], () => adapter.query(statement.sql, signal)), answer);
}

/** A contract names the columns: one that is missing or too many is told before anything is built. */
async function compareColumns({ name, lines, columns: declared, describe }: ModelStep, session: Session): Promise<void> {
  if (declared === undefined || describe === undefined) return;
  const { columns } = await ask(session, describe);
  const missing = declared.filter((name) => !columns.includes(name));
  const extra = columns.filter((name) => !declared.includes(name));
  if (missing.length > 0 || extra.length > 0) {
    throw failure('model.columns', { model: name, missing, extra }, { file: lines.file, line: 1, column: 1 });
  }
}

async function operation(step: OperationStep, { adapter }: Workers, signal: AbortSignal): Promise<Outcome> {
  const counts = await adapter.transaction((session) => send(session, step.statements()), signal);
  const rows = counts.findLast((count) => count !== null) ?? undefined;
  return { status: 'success', ...(rows !== undefined && { rows }), message: 'OK' };
}

async function freshness(step: FreshnessStep, { adapter }: Workers, signal: AbortSignal): Promise<Outcome> {
  return judgeFreshness(step, await placed([step.statement], () => adapter.query(step.statement.sql, signal)));
}
