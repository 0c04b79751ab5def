import type { NodeId } from '../core/node';
import type { Plan } from '../core/plan';
import { dialectOf } from '../adapters/dialects';
import { notStanding } from '../plan/clone';
import { planOf, type PlanMode } from '../plan/plan';
import { batchingOf } from './batching';
import type { Flags } from './flags';
import type { Opened } from './opened';
import { pastBuilds } from './pastBuilds';
import { lockRuleOf } from './runConnect';
import type { Seeding, Standing } from './seeding';
import type { Shell } from './shell';

export interface ToPlan {
  readonly mode: PlanMode;
  /** What is built is written down. */
  readonly records: boolean;
  readonly opened: Opened;
  readonly chosen: ReadonlySet<NodeId>;
  readonly flags: Flags;
  readonly seeds: Seeding;
  readonly shell: Shell;
  /** Its id, for what is written down. */
  readonly run?: string;
  readonly retryOf?: string;
}

/** Stands for the id of a run that is only planned. */
const DRY = 'dry-run';

/** What a run of the chosen nodes does, by what stands in the database. Throws EtlxError. */
export async function planFor(
  { mode, records, opened: { manifest, graph, operations }, chosen, flags, seeds, shell, run = DRY, retryOf }: ToPlan,
  standing: Standing,
): Promise<Plan> {
  const { catalog } = standing;
  // nobody else can be in an embedded database
  const lockWait = manifest.target.type === 'postgres' ? lockRuleOf(flags).lockWait : undefined;
  return planOf({
    manifest,
    graph,
    operations,
    // what stands is left as it is, as in dbt
    chosen: flags.from === undefined || flags.fullRefresh ? chosen : notStanding(chosen, manifest, catalog),
    catalog,
    dialect: dialectOf(manifest.target),
    mode,
    ...(mode.seeds && { seeds: await seeds.facts(chosen, standing) }),
    lockWait,
    fullRefresh: flags.fullRefresh === true,
    warnError: flags.warnError === true,
    batching: await batchingOf({ flags, chosen, now: shell.clock.now(), run, retryOf }, manifest, standing),
    ...(records && { state: { run, past: await pastBuilds(manifest, standing), onlyChanged: flags.changed === true } }),
  });
}
