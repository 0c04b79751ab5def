import { failure, type Location } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import { type Helper, isTrue, textOfValue } from './renderScope';

type Work = (args: readonly TemplateValue[], at: Location) => TemplateValue;

/** A helper that takes from `least` to `most` arguments, none of them by name. Throws `template.arguments` for any other call. */
function taking(name: string, least: number, most: number, work: Work): readonly [string, Helper] {
  const helper: Helper = (args, named, at) => {
    const [unknown] = Object.keys(named);
    if (unknown !== undefined) throw failure('template.arguments', { name, problem: `it has no parameter \`${unknown}\`` }, at);
    if (args.length < least || args.length > most) {
      const takes = most === Infinity ? `at least ${least}` : least === most ? String(least) : `${least} or ${most}`;
      throw failure(
        'template.arguments',
        { name, problem: `it takes ${takes} argument${takes.endsWith('1') ? '' : 's'}, ${args.length} given` },
        at,
      );
    }
    return work(args, at);
  };
  return [name, helper];
}

function dict(args: readonly TemplateValue[], named: Readonly<Record<string, TemplateValue>>, at: Location): TemplateValue {
  if (args.length > 0) throw failure('template.arguments', { name: 'dict', problem: "it takes named arguments: `dict(key='value')`" }, at);
  return named;
}

function join([list, separator]: readonly TemplateValue[], at: Location): TemplateValue {
  if (!Array.isArray(list)) throw failure('template.arguments', { name: 'join', problem: 'its first argument is no list' }, at);
  return list.map((each: TemplateValue) => textOfValue(each, at)).join(separator === undefined ? ', ' : textOfValue(separator, at));
}

/** The texts as one; a list of SQL expressions, as dbt's `concat` takes it, as the SQL that does so. */
function concat(args: readonly TemplateValue[], at: Location): TemplateValue {
  const [first] = args;
  return Array.isArray(first) && args.length === 1
    ? `(${first.map((each: TemplateValue) => textOfValue(each, at)).join(' || ')})`
    : args.map((each) => textOfValue(each, at)).join('');
}

function raise([message]: readonly TemplateValue[], at: Location): never {
  throw failure('template.render', { problem: textOfValue(message!, at) }, at);
}

/** The first value whose truth is `truth`, or else the last one: what `and` (false) and `or` (true) give in JavaScript and Python. */
function decided(values: readonly TemplateValue[], truth: boolean): TemplateValue {
  const index = values.findIndex((each) => isTrue(each) === truth);
  return values.at(index)!;
}

/** The helpers that need nothing but their arguments, by name. */
export const builtins: ReadonlyMap<string, Helper> = new Map<string, Helper>([
  taking('list', 0, Infinity, (args) => args),
  ['dict', dict],
  taking('eq', 2, 2, ([a, b]) => a === b),
  taking('ne', 2, 2, ([a, b]) => a !== b),
  taking('and', 1, Infinity, (args) => decided(args, false)),
  taking('or', 1, Infinity, (args) => decided(args, true)),
  taking('not', 1, 1, ([value]) => !isTrue(value!)),
  taking('join', 1, 2, join),
  taking('upper', 1, 1, ([text], at) => textOfValue(text!, at).toUpperCase()),
  taking('lower', 1, 1, ([text], at) => textOfValue(text!, at).toLowerCase()),
  taking('concat', 1, Infinity, concat),
  taking('raise', 1, 1, raise),
  taking('default', 2, 2, ([value, otherwise]) => value ?? otherwise!),
]);
