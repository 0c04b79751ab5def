import { failure, type EtlxError } from '../core/diagnostic';
import type { TransformInput } from '../core/loader';
import type { DatasetNode } from '../core/node';
import type { DriftCounter } from './drift';
import { undeclaredFields } from './fields';
import { excerpt, type Json } from './json';
import { placeName, type Place } from './row';

/** Looks at a record, after `explode` and `filter`; answers why its row has to be set aside, if it has to. */
export type RecordGuard = (record: Json, place: Place) => string | undefined;

/**
 * What the contract of `node` says of fields that are not `known`; undefined where nobody has to look. The guard throws `transform.field`
 * where the contract is `freeze`.
 */
export function fieldGuardOf(
  node: DatasetNode,
  { module }: TransformInput,
  known: ReadonlySet<string>,
  drift: DriftCounter,
): RecordGuard | undefined {
  // which columns a function gives is its own affair, and `evolve` has looked before
  if (module !== undefined) return undefined;
  switch (node.transform.contract.columns) {
    case 'evolve':
      return undefined;
    case 'freeze':
      return (record, place) => {
        const [field] = undeclaredFields(record, known);
        if (field !== undefined) throw fieldProblem(node, field, place, 'is not declared');
        return undefined;
      };
    case 'discard_row':
      return (record) => {
        const [field] = undeclaredFields(record, known);
        return field === undefined ? undefined : `the field \`${field}\` is not declared`;
      };
    case 'discard_value':
      return (record) => void undeclaredFields(record, known).forEach(drift.discarded);
    default:
      return (record) => void undeclaredFields(record, known).forEach(drift.undeclared);
  }
}

/** The error `transform.field`: `problem` goes on from the field's name. */
export const fieldProblem = ({ name, at }: DatasetNode, field: string, place: Place, problem: string): EtlxError =>
  failure('transform.field', { dataset: name, field: excerpt(field), place: placeName(place), problem }, at);
