import { mapping, optional, type Reader } from './shape';
import { oneOf } from './shapeValues';

/** How a node's own `schema` and that of the target become one name. */
export type SchemaRule = 'as_given' | 'prefixed';

/** How relations get their names. */
export interface Naming {
  readonly schema: SchemaRule | undefined;
}

/** `naming:` of the project and of a target. */
export const naming: Reader<Naming> = mapping('`naming`', { schema: optional(oneOf(['as_given', 'prefixed'] as const)) });
