import { diagnose, type Diagnostic, type Location, type Report } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import { literalOf, textOf, type Call } from '../parse/calls';
import { isNamed, type Names } from './names';

/**
 * What a template depends on: every `ref` and `source` among `calls` (which are all calls it reaches: both arms of every condition, macros
 * included), read from the text. Reports names that are unknown, ambiguous or not written out, and what `forbidden` says about what is found.
 */
export function linksOf(
  calls: readonly Call[],
  names: Names,
  report: Report,
  forbidden: (id: NodeId, at: Location) => Diagnostic | undefined = () => undefined,
): readonly NodeId[] {
  const ids = new Set<NodeId>();
  for (const call of calls) {
    const { name, args, named, at } = call;
    if (name !== 'ref' && name !== 'source') continue;
    const [least, most] = name === 'ref' ? [1, 2] : [2, 2];
    if (args.length < least || args.length > most) {
      const takes =
        name === 'ref' ? "it takes a name: `ref('users_table')`" : "it takes a source and a table: `source('shop', 'users_table')`";
      report(diagnose('template.arguments', { name, problem: takes }, at));
      continue;
    }
    const other = Object.keys(named).find((key) => key !== 'filter' && (name === 'source' || !VERSION_KEYS.includes(key)));
    if (other !== undefined) {
      const problem = `it has no argument \`${other}\`${name === 'ref' ? '; `v` names a version' : ''}`;
      report(diagnose('template.arguments', { name, problem }, named[other]!.at));
      continue;
    }
    const words = args.map(textOf);
    const version = versionIn(call);
    if (version === null || !words.every((each) => each !== undefined)) {
      report(diagnose('ref.dynamic', { helper: name }, at));
      continue;
    }
    const place = args.at(-1)!.at;
    const found = name === 'ref' ? names.ref(words, place, version) : names.source(words, place);
    const problem = isNamed(found) ? forbidden(found.id, place) : found;
    if (isNamed(found)) ids.add(found.id);
    if (problem !== undefined) report(problem);
  }
  return [...ids];
}

const VERSION_KEYS: readonly string[] = ['v', 'version'];

/** The version that a `ref` asks for, as `v=2` or `version=2`; undefined when it asks for none, null when it is not written out. */
export function versionIn({ named }: Call): string | null | undefined {
  const given = named['v'] ?? named['version'];
  if (given === undefined) return undefined;
  const value = literalOf(given);
  return typeof value === 'number' || typeof value === 'string' ? String(value) : null;
}
