import { ACCESSES, type Access } from '../core/access';
import { diagnose } from '../core/diagnostic';
import { optional, type Fields, type Reader } from './shape';
import { boolean, oneOf, plainName } from './shapeValues';

/** What a model is to others, under dbt's names. */
export interface AccessConfig {
  readonly group?: string;
  readonly access?: Access;
  /** Whether the latest of several versions is also found under the name of them all, in a view. Default: yes. */
  readonly latest_version_pointer?: boolean;
  /** Whether a column without a description takes that of the column it is. Default: yes. */
  readonly inherit_descriptions?: boolean;
  /** Always absent: it cannot be configured, and its reader says why. */
  readonly database?: never;
}

const noDatabase: Reader<never> = (node, key, report) => {
  const problem = `\`${key}\` cannot be configured: a run has one connection, and builds in its database`;
  report(diagnose('config.invalid', { problem, hint: 'give the model a `schema`, or the target another `database`' }, node.at));
  return undefined;
};

export const ACCESS_FIELDS = {
  group: optional(plainName('part')),
  access: optional(oneOf(ACCESSES)),
  latest_version_pointer: optional(boolean),
  inherit_descriptions: optional(boolean),
  database: optional(noDatabase),
} satisfies Fields;
