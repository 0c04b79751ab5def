import { compile } from '../compile/compile';
import { sampledManifest } from '../compile/sampled';
import { failure } from '../core/diagnostic';
import type { Manifest, Target } from '../core/manifest';
import type { NodeId } from '../core/node';
import type { Project } from '../core/project';
import { clonedManifest } from '../plan/clone';
import type { Flags } from './flags';
import { invocationOf } from './invocation';
import { readsOf } from './sampling';
import type { Shell } from './shell';

interface Setting {
  readonly project: Project;
  readonly flags: Flags;
  readonly shell: Shell;
  /** What is read by another name. */
  readonly elsewhere?: ReadonlyMap<NodeId, string>;
}

/** The manifest as the flags want it built: `--empty` and `--sample` let models read less, `--from` makes copies of them. Throws EtlxError `usage`. */
export function variantOf(manifest: Manifest, { project, flags, shell, elsewhere }: Setting): Manifest {
  const reads = readsOf(flags, shell.clock.now());
  if (reads !== undefined) return sampledManifest(manifest, reads, elsewhere);
  if (flags.from === undefined) return manifest;
  const other = compile(project, invocationOf({ ...flags, target: flags.from }, shell)).manifest;
  assertOneDatabase(manifest.target, other.target);
  return clonedManifest(manifest, other);
}

/** Two embedded databases cannot read each other; two servers say themselves what they do not have. */
function assertOneDatabase(here: Target, there: Target): void {
  const isOne = here.type === there.type && (here.type === 'postgres' || there.type === 'postgres' || here.path === there.path);
  if (isOne) return;
  throw failure('usage', {
    problem: `the targets \`${here.name}\` and \`${there.name}\` are not in one database`,
    hint: 'a clone copies within a database, from one schema into another',
  });
}
