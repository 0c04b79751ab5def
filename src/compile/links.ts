import { diagnose, type Report } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import { textOf, type Call } from '../parse/calls';
import { isNamed, type Names } from './names';

/**
 * What a template depends on: every `ref` and `source` among `calls` (which are all calls it reaches: both arms of every condition, macros
 * included), read from the text. Reports names that are unknown, ambiguous or not written out.
 */
export function linksOf(calls: readonly Call[], names: Names, report: Report): readonly NodeId[] {
  const ids = new Set<NodeId>();
  for (const { name, args, at } of calls) {
    if (name !== 'ref' && name !== 'source') continue;
    const [least, most] = name === 'ref' ? [1, 2] : [2, 2];
    if (args.length < least || args.length > most) {
      const takes =
        name === 'ref' ? "it takes a name: `ref('users_table')`" : "it takes a source and a table: `source('shop', 'users_table')`";
      report(diagnose('template.arguments', { name, problem: takes }, at));
      continue;
    }
    const words = args.map(textOf);
    if (!words.every((each) => each !== undefined)) {
      report(diagnose('ref.dynamic', { helper: name }, at));
      continue;
    }
    const place = args.at(-1)!.at;
    const found = name === 'ref' ? names.ref(words, place) : names.source(words, place);
    if (isNamed(found)) ids.add(found.id);
    else report(found);
  }
  return [...ids];
}
