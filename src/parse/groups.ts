import { diagnose, type Location } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import { mapping, optional, required, type Reader } from './shape';
import { nameBy, text, values } from './shapeValues';

type Values = Readonly<Record<string, TemplateValue>>;

/** Models that belong together, and who answers for them, as dbt has it. */
export interface GroupDeclaration {
  readonly name: string;
  readonly at: Location;
  readonly description: string;
  readonly owner: Values;
  readonly meta: Values;
}

/** Who answers for something: a name or an address, and whatever else says how to reach somebody. */
export const owner: Reader<Values> = (node, key, report) => {
  const read = values(node, key, report);
  if (read !== undefined && !('name' in read) && !('email' in read))
    report(diagnose('config.missing-key', { key: 'name', where: 'an owner without an `email`' }, node.at));
  return read;
};

const readGroup = mapping('a group', {
  name: required(nameBy('part')),
  description: optional(text, ''),
  owner: required(owner),
  config: optional(mapping('the config of a group', { meta: optional(values, {}) }), { meta: {} }),
});

/** One entry of `groups:`. */
export const group: Reader<GroupDeclaration> = (node, key, report) => {
  const read = readGroup(node, key, report);
  return read && { name: read.name.text, at: read.name.at, description: read.description, owner: read.owner, meta: read.config.meta };
};
