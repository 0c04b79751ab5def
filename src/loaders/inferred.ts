import { Decimal } from '../core/decimal';
import { fitDecimal, fitInteger } from '../core/fitNumber';
import { fitDate, fitTimestamp } from '../core/fitTime';
import { cellText } from './cell';
import type { Json } from './json';

/** Finds the type of a column from its values. */
export interface Inference {
  /** Takes a value into account; null says nothing. */
  observe(value: Json): void;
  /** The narrowest type that holds all values so far; undefined when there was none. */
  readonly type: string | undefined;
}

const fitsInteger = fitInteger(8);
const fitsDecimal = fitDecimal();
const fitsTime = fitTimestamp(false, 6);
const fitsZonedTime = fitTimestamp(true, 6);

/** Each type with those that hold all its values, narrowest first. Lists and objects are texts: their JSON. */
const TYPES: ReadonlyMap<string, { readonly fits: (value: Json) => boolean; readonly wider: readonly string[] }> = new Map([
  ['boolean', { fits: (value) => typeof value === 'boolean', wider: ['text'] }],
  ['bigint', { fits: (value) => typeof value === 'bigint' && fitsInteger(String(value)) === undefined, wider: ['numeric', 'text'] }],
  ['numeric', { fits: (value) => isNumber(value) && fitsDecimal(cellText(value)!) === undefined, wider: ['text'] }],
  ['date', { fits: (value) => typeof value === 'string' && fitDate(value) === undefined, wider: ['timestamp', 'text'] }],
  ['timestamp', { fits: (value) => typeof value === 'string' && fitsTime(value) === undefined, wider: ['text'] }],
  ['timestamptz', { fits: (value) => typeof value === 'string' && fitsZonedTime(value) === undefined, wider: ['text'] }],
  ['text', { fits: () => true, wider: [] }],
]);

const ALL = [...TYPES.keys()];

/** Begins with the type that the column has already, if any: it then becomes wider, and never narrower. */
export function inferenceOf(known?: string): Inference {
  let type = known;
  return {
    observe(value) {
      if (value === null || (type !== undefined && TYPES.get(type)?.fits(value))) return;
      const possible = type === undefined ? ALL : (TYPES.get(type)?.wider ?? []);
      type = possible.find((each) => TYPES.get(each)!.fits(value)) ?? 'text';
    },
    get type() {
      return type;
    },
  };
}

const isNumber = (value: Json): boolean => typeof value === 'bigint' || value instanceof Decimal;
