import { closest } from '../core/closest';
import { compareCursors, cursorOf, cursorTypeOf, type CursorType } from '../core/cursor';
import { diagnose, type Report } from '../core/diagnostic';
import type { Incremental, Resource } from '../core/loader';
import { boundsIn } from '../core/placeholder';
import { mapping, optional, required, wrongType, type Reader } from './shape';
import { anyText, oneOf, path } from './shapeValues';
import { textsOf } from './sourcesParent';
import type { TableDeclaration } from './sourcesTable';
import type { YamlNode } from './yamlNode';

const UNITS = { second: 1, minute: 60, hour: 3600, day: 86400, week: 604800 } as const;
const DURATION = /^(\d+(?:\.\d+)?) ?(second|minute|hour|day|week)s?$/;

interface Lag {
  readonly amount: number;
  /** It is a time, whatever the cursor is. */
  readonly isDuration: boolean;
}

/** A number, or a duration: `2 days`. */
const lag: Reader<Lag> = (node, key, report) => {
  if (node.kind === 'scalar' && typeof node.value === 'number' && node.value >= 0 && Number.isFinite(node.value)) {
    return { amount: node.value, isDuration: false };
  }
  const [, number, unit] = (node.kind === 'scalar' && DURATION.exec(node.text)) || [];
  if (unit === undefined) return wrongType(node, key, 'a number that is not negative, or a duration like `2 days`', report);
  return { amount: Number(number) * UNITS[unit as keyof typeof UNITS], isDuration: true };
};

const readIncremental = mapping('`incremental`', {
  cursor_path: required(path),
  initial_value: required(anyText),
  end_value: optional(anyText),
  lag: optional(lag, { amount: 0, isDuration: false }),
  row_order: optional(oneOf(['asc', 'desc'] as const)),
  on_cursor_value_missing: optional(oneOf(['raise', 'include', 'exclude'] as const), 'raise'),
});

const NAMES: Readonly<Record<CursorType, string>> = { number: 'a number', time: 'a time', text: 'a text' };

/** `incremental`: how a resource is asked only for what is new. Its values have to be of one type. */
export const incremental: Reader<Incremental> = (node, key, report) => {
  const read = readIncremental(node, key, report);
  if (read === undefined) return undefined;
  const wrong = (at: string, problem: string, hint?: string): undefined => {
    report(diagnose('config.invalid', { problem, hint }, placeOf(node, at)));
  };
  const { initial_value: initialValue, end_value: endValue } = read;
  const type = cursorTypeOf(initialValue);
  const end = endValue === undefined ? undefined : cursorOf(endValue, type);
  if (endValue !== undefined && end === undefined)
    return wrong('end_value', `\`initial_value\` is ${NAMES[type]}, and \`end_value\` is not: \`${endValue}\``);
  if (end !== undefined && compareCursors(end, cursorOf(initialValue, type)!) <= 0)
    return wrong('end_value', `\`end_value\` has to come after \`initial_value\`, and \`${endValue}\` does not`);
  if (read.lag.amount > 0 && (type === 'text' || (read.lag.isDuration && type !== 'time')))
    return wrong('lag', `\`initial_value\` is ${NAMES[type]}, from which this \`lag\` cannot be subtracted`);
  return {
    cursorPath: read.cursor_path,
    type,
    initialValue,
    ...(endValue !== undefined && { endValue }),
    lag: read.lag.amount,
    ...(read.row_order !== undefined && { rowOrder: read.row_order }),
    onMissing: read.on_cursor_value_missing,
  };
};

/** Reports placeholders `{incremental.…}` that nothing fills. */
export function checkIncremental(resource: Resource, report: Report): void {
  const { name, at, incremental: declared } = resource;
  const known = declared === undefined ? [] : ['start_value', ...(declared.endValue === undefined ? [] : ['end_value'])];
  for (const value of new Set(textsOf(resource).flatMap(boundsIn))) {
    if (declared === undefined) {
      const hint = 'give the resource `incremental: {cursor_path: …, initial_value: …}`';
      report(
        diagnose(
          'config.invalid',
          { problem: `\`${name}\` has a placeholder \`{incremental.${value}}\`, and no \`incremental\``, hint },
          at,
        ),
      );
    } else if (!known.includes(value)) {
      report(diagnose('config.value', { key: 'incremental.…', value, known, closest: closest(value, known) }, at));
    }
  }
}

/**
 * Reports parents and children that are incremental. A parent whose records were asked for in an earlier run would not be asked for its
 * children again, though these had failed; and a new parent may have children that are older than the cursor.
 */
export function checkParents(resources: ReadonlyMap<string, Resource>, report: Report): void {
  for (const { name, at, parent, incremental: own } of resources.values()) {
    if (parent === undefined) continue;
    const other = resources.get(parent.resource)?.incremental === undefined ? undefined : parent.resource;
    const odd = own === undefined ? other : name;
    if (odd === undefined) continue;
    const problem = `\`${name}\` is asked for each record of \`${parent.resource}\`, and \`${odd}\` is incremental: records would be missed`;
    report(diagnose('config.invalid', { problem, hint: `take \`incremental\` out of \`${odd}\`` }, at));
  }
}

/** Reports tables whose way of loading does not go with a resource that gives only what is new. */
export function checkDispositions(resources: readonly Resource[], tables: readonly TableDeclaration[], report: Report): void {
  const known = new Map(resources.map((resource) => [resource.name, resource]));
  for (const { name, at, disposition = 'replace', transform } of tables) {
    const inputs = [...new Set(transform?.inputs.map(({ from }) => from))].flatMap((from) => known.get(from) ?? []);
    const wrong = (problem: string, hint: string): void => {
      report(diagnose('config.invalid', { problem: `the table \`${name}\` ${problem}`, hint }, at));
    };
    for (const { name: from, incremental: declared } of inputs) {
      if (declared === undefined) {
        if (disposition === 'append' && inputs.some((each) => each.incremental !== undefined))
          wrong(
            `appends, and \`${from}\` is not incremental: its rows would come again with every load`,
            'write `write_disposition: merge`',
          );
      } else if (disposition === 'replace') {
        wrong(
          `is replaced by what \`${from}\` gives, which is only what is new: all other rows would be lost`,
          'write `write_disposition: merge`, with a `primary_key`, or `append`',
        );
      } else if (disposition === 'append' && (declared.lag > 0 || declared.onMissing === 'include')) {
        const key = declared.lag > 0 ? 'lag' : 'on_cursor_value_missing: include';
        wrong(`appends, and \`${from}\` has \`${key}\`: rows would come twice`, 'write `write_disposition: merge`, with a `primary_key`');
      }
    }
  }
}

const placeOf = (node: YamlNode, key: string) =>
  (node.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value.at : undefined) ?? node.at;
