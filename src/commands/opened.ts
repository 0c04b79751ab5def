import { closest } from '../core/closest';
import { EtlxError, failure, type Diagnostic } from '../core/diagnostic';
import type { Manifest } from '../core/manifest';
import type { NodeId } from '../core/node';
import type { Project } from '../core/project';
import type { Definition, Selector } from '../core/selector';
import { compile, type Compiled } from '../compile/compile';
import { readProject } from '../disk/read';
import type { Graph } from '../graph/graph';
import { select } from '../graph/select';
import type { Marks } from '../graph/selectMethods';
import { COMPARING } from '../graph/selectSyntax';
import { selectorsOf } from '../parse/selectors';
import { directoryOf, invocationOf } from './invocation';
import type { Flags } from './flags';
import type { Shell } from './shell';
import { variantOf } from './variants';

/** A project that compiled. */
export interface Opened {
  readonly project: Project;
  readonly manifest: Manifest;
  readonly inline: Compiled['inline'];
  readonly call: Compiled['call'];
  readonly operations: Compiled['operations'];
  readonly queryComment?: Compiled['queryComment'];
  readonly graph: Graph;
  /** The text of a project file, for code frames. */
  readonly textOf: (file: string) => string | undefined;
  /** What `state:` and its like compare with. */
  readonly marks: Marks;
}

/** What is told of the project's texts as soon as it is read, so that problems found later can be shown with their lines. */
export type OnRead = (project: Project) => void;

/** Reads and compiles the project that the flags name; what is in `elsewhere` is read by those names. Throws EtlxError with everything that is wrong with it. */
export async function openProject(flags: Flags, shell: Shell, onRead: OnRead, elsewhere?: ReadonlyMap<NodeId, string>): Promise<Opened> {
  const project = await readProject(directoryOf(flags, shell));
  onRead(project);
  const compiled = compile(project, { ...invocationOf(flags, shell), ...(elsewhere && { elsewhere }) });
  const manifest = variantOf(compiled.manifest, { project, flags, shell, elsewhere });
  const opened = { project, ...compiled, manifest, textOf: textsOf(project) };
  if (opened.warnings.length > 0) await (await import('./reporting')).reportWarnings(opened.warnings, flags, shell);
  if (!COMPARING.some((method) => compares(textOfSelection(flags, project), method))) return { ...opened, marks: {} };
  const { marksFor } = await import('./earlier');
  return { ...opened, marks: await marksFor(flags, opened, shell) };
}

/** Everything that may select: the words of the flags, or else what selectors say. */
export const textOfSelection = ({ select: words, exclude }: Flags, { selectors }: Pick<Project, 'selectors'>): string =>
  words === undefined && exclude === undefined ? (selectors?.text ?? '') : [...(words ?? []), ...(exclude ?? [])].join(' ');

/** Whether the text may ask `method`: `state:modified`, or in YAML `method: state`. */
export const compares = (text: string, method: (typeof COMPARING)[number]): boolean =>
  new RegExp(`(?<![\\w.-])${method}:|method:\\s*['"]?${method}\\b`).test(text);

/** Looks project files up by path. */
export function textsOf(project: Project): (file: string) => string | undefined {
  const texts = new Map([project.settings, ...project.files].map(({ path, text }) => [path, text]));
  return (file) => texts.get(file);
}

/** The nodes that `--select`, `--exclude`, `--selector` and `--resource-type` choose. Throws EtlxError. */
export function chosenOf(flags: Flags, { project, manifest, graph, marks }: Opened): ReadonlySet<NodeId> {
  const { select: words = [], exclude = [] } = flags;
  const selectors = selectorsIn(project);
  const definition = definitionOf(flags, selectors);
  return select(
    {
      select: words,
      exclude,
      ...(definition && { definition }),
      selectors,
      ...(flags.resourceType && { resourceTypes: flags.resourceType }),
      indirect: flags.indirectSelection ?? 'eager',
      marks,
    },
    manifest.nodes,
    graph,
  );
}

function selectorsIn({ selectors }: Project): ReadonlyMap<string, Selector> {
  if (selectors === undefined) return new Map();
  const problems: Diagnostic[] = [];
  const found = selectorsOf(selectors, (problem) => problems.push(problem));
  if (problems.length > 0) throw new EtlxError(problems);
  return found;
}

/** What `--selector` means; without any word of selection the selector that is the default. */
function definitionOf({ selector: name, select: words, exclude }: Flags, selectors: ReadonlyMap<string, Selector>): Definition | undefined {
  const isSaid = words !== undefined || exclude !== undefined;
  if (name === undefined) return isSaid ? undefined : [...selectors.values()].find(({ isDefault }) => isDefault)?.definition;
  if (isSaid) throw failure('usage', { problem: '`--selector` says it all: `--select` and `--exclude` do not go with it' });
  const found = selectors.get(name);
  if (found === undefined) throw failure('selector.unknown', { name, closest: closest(name, selectors.keys()) });
  return found.definition;
}

/** A whole number from a flag, at least `least`. Throws EtlxError `usage`. */
export function numberFlag(name: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= least) return number;
  throw failure('usage', { problem: `\`--${name}\` takes a whole number from ${least}, found \`${value}\`` });
}
