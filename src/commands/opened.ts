import { failure } from '../core/diagnostic';
import type { Manifest } from '../core/manifest';
import type { NodeId } from '../core/node';
import type { Project } from '../core/project';
import { compile, type Compiled } from '../compile/compile';
import { readProject } from '../disk/read';
import type { Graph } from '../graph/graph';
import { select } from '../graph/select';
import { directoryOf, invocationOf } from './invocation';
import type { Flags } from './flags';
import type { Shell } from './shell';

/** A project that compiled. */
export interface Opened {
  readonly project: Project;
  readonly manifest: Manifest;
  readonly inline: Compiled['inline'];
  readonly graph: Graph;
  /** The text of a project file, for code frames. */
  readonly textOf: (file: string) => string | undefined;
}

/** What is told of the project's texts as soon as it is read, so that problems found later can be shown with their lines. */
export type OnRead = (project: Project) => void;

/** Reads and compiles the project that the flags name. Throws EtlxError with everything that is wrong with it. */
export async function openProject(flags: Flags, shell: Shell, onRead: OnRead): Promise<Opened> {
  const project = await readProject(directoryOf(flags, shell));
  onRead(project);
  return { project, ...compile(project, invocationOf(flags, shell)), textOf: textsOf(project) };
}

/** Looks project files up by path. */
export function textsOf(project: Project): (file: string) => string | undefined {
  const texts = new Map([project.settings, ...project.files].map(({ path, text }) => [path, text]));
  return (file) => texts.get(file);
}

/** The nodes that `--select`, `--exclude` and `--resource-type` choose. */
export function chosenOf(flags: Flags, { manifest, graph }: Opened): ReadonlySet<NodeId> {
  return select(
    {
      select: flags.select ?? [],
      exclude: flags.exclude ?? [],
      ...(flags.resourceType && { resourceTypes: flags.resourceType }),
      indirect: flags.indirectSelection ?? 'eager',
    },
    manifest.nodes,
    graph,
  );
}

/** A whole number from a flag, at least `least`. Throws EtlxError `usage`. */
export function numberFlag(name: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= least) return number;
  throw failure('usage', { problem: `\`--${name}\` takes a whole number from ${least}, found \`${value}\`` });
}
