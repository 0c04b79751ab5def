import { closest } from '../core/closest';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { ParentLink, Resource } from '../core/loader';
import type { TemplateValue } from '../core/macro';
import { placeholdersIn } from '../core/placeholder';
import type { Secret } from '../core/secret';
import { mappingOf, type Reader } from './shape';
import { path, paths } from './shapeValues';

/** `[id, name]` as dlt has it: the fields come as `_<parent>_id`; or a mapping that names them. */
export const includeFromParent: Reader<readonly string[] | Readonly<Record<string, string>>> = (node, key, report) =>
  node.kind === 'map' ? mappingOf(path)(node, key, report) : paths(node, key, report);

/** What a resource says that may hold placeholders. */
type Asking = Pick<Resource, 'name' | 'at' | 'path' | 'params' | 'json' | 'paginator'>;

/** The parent whose records fill the placeholders of `asking`; undefined when it has none. Reports what does not fit. */
export function parentOf(
  asking: Asking,
  include: readonly string[] | Readonly<Record<string, string>> | undefined,
  known: readonly string[],
  report: Report,
): ParentLink | undefined {
  const parents = [
    ...new Set(
      textsOf(asking)
        .flatMap(placeholdersIn)
        .map(({ resource }) => resource),
    ),
  ];
  const wrong = (problem: string, hint?: string): undefined => {
    report(diagnose('config.invalid', { problem, hint }, asking.at));
  };
  const [parent] = parents;
  if (parent === undefined) {
    return include === undefined
      ? undefined
      : wrong(`\`${asking.name}\` includes fields from a parent, but has none`, 'name it in the path: `users/{resources.users.id}/carts`');
  }
  if (parents.length > 1)
    return wrong(
      `the placeholders of \`${asking.name}\` name ${parents.map((each) => `\`${each}\``).join(' and ')}; they have to be of one resource`,
    );
  if (!known.includes(parent) || parent === asking.name) {
    reportUnknown(
      parent,
      known.filter((name) => name !== asking.name),
      asking.at,
      report,
    );
    return undefined;
  }
  const named = isNames(include)
    ? include.map((field) => [`_${parent}_${field.replaceAll('.', '_')}`, field] as const)
    : Object.entries(include ?? {});
  return { resource: parent, include: Object.fromEntries(named) };
}

const isNames = (include: readonly string[] | Readonly<Record<string, string>> | undefined): include is readonly string[] =>
  Array.isArray(include);

function reportUnknown(parent: string, known: readonly string[], at: Location, report: Report): void {
  report(diagnose('config.value', { key: 'resources.…', value: parent, known, closest: closest(parent, known) }, at));
}

/** The texts of a resource that may hold placeholders. */
export function textsOf({ path, params, json }: Pick<Asking, 'path' | 'params' | 'json'>): readonly string[] {
  return [
    path,
    ...Object.values(params).filter((value: Secret) => typeof value === 'string'),
    ...(json === undefined ? [] : textsIn(json)),
  ];
}

function textsIn(value: TemplateValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
