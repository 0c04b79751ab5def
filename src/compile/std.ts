import { boundArguments } from './renderMacro';
import type { Helper } from './renderScope';
import { STD_AGGREGATES } from './stdAggregates';
import { STD_ARRAYS } from './stdArrays';
import { STD_DATES } from './stdDates';
import { STD_NUMBERS } from './stdNumbers';
import { STD_RELATIONS } from './stdRelations';
import { STD_TEXTS } from './stdTexts';
import { STD_TYPES } from './stdTypes';
import { givenOf, type Engine, type StandardHelper } from './stdHelper';
import type { ColumnsOf } from './names';

/**
 * The standard library: helpers that give SQL which means the same on every engine, under the names and with the parameters of dbt and dbt_utils.
 * A macro of the project may take such a name, and then stands for it.
 */
export const STANDARD: ReadonlyMap<string, StandardHelper> = new Map(
  Object.entries({ ...STD_DATES, ...STD_TYPES, ...STD_TEXTS, ...STD_NUMBERS, ...STD_ARRAYS, ...STD_AGGREGATES, ...STD_RELATIONS }),
);

/** The helper of that name for an engine, or undefined. It throws `template.arguments` for arguments that do not fit. */
export function standardHelper(name: string, engine: Engine, columnsOf: ColumnsOf): Helper | undefined {
  const standard = STANDARD.get(name);
  if (standard === undefined) return undefined;
  const { params, sql } = standard;
  return (args, named, at) => sql(givenOf({ name, values: boundArguments({ name, params }, args, named, at), engine, columnsOf, at }));
}
