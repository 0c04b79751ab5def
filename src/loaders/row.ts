import type { Json } from './json';

/** A row of a dataset in the making: one value per declared column, in their order, and where it came from. */
export interface Row {
  readonly cells: readonly Json[];
  readonly place: Place;
}

/** Which record of the landed load a row was made of; numbers count from 1. */
export interface Place {
  readonly resource: string;
  readonly page: number;
  readonly record: number;
  /** Of the exploded array. */
  readonly element?: number;
}

/** The place in words: `carts, page 1, record 7, element 2`. */
export const placeName = ({ resource, page, record, element }: Place): string =>
  `${resource}, page ${page}, record ${record}${element === undefined ? '' : `, element ${element}`}`;
