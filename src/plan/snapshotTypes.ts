import { parseType, type ColumnType } from '../core/types';

/**
 * Whether every value of the type `narrow` is one of the type `wide`, unchanged; both in the database's own words. Of types that etlx does not know
 * only the same one is.
 */
export function holds(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  const [holder, held] = [parseType(wide), parseType(narrow)];
  return holder !== undefined && held !== undefined && holdsAll(holder, held);
}

/** Whether a column of this type can tell when something happened. */
export const isTime = (type: string): boolean => /^(date|timestamp)/i.test(type);

/** Whether a time of this type is the same whatever the time zone of the session. */
export const hasZone = (type: string): boolean => /\bwith time zone$/i.test(type);

/** The digits that an integer of so many bytes may have. */
const INTEGER_DIGITS = { 2: 5, 4: 10, 8: 19 } as const;

function holdsAll(wide: ColumnType, narrow: ColumnType): boolean {
  switch (wide.kind) {
    case 'integer':
      return narrow.kind === 'integer' && wide.bytes >= narrow.bytes;
    case 'decimal': {
      const digits = digitsOf(narrow);
      if (digits === undefined) return false;
      const room = digitsOf(wide)!;
      return room.whole >= digits.whole && room.scale >= digits.scale;
    }
    case 'float':
      return narrow.kind === 'float' && wide.bytes >= narrow.bytes;
    case 'text':
      return narrow.kind === 'text' && wide.padded === narrow.padded && (wide.length ?? Infinity) >= (narrow.length ?? Infinity);
    case 'timestamp':
      if (narrow.kind === 'date') return !wide.zone;
      return narrow.kind === 'timestamp' && wide.zone === narrow.zone && wide.precision >= narrow.precision;
    default:
      return false;
  }
}

/** How many digits a number has before and after its point at most. */
function digitsOf(type: ColumnType): { readonly whole: number; readonly scale: number } | undefined {
  if (type.kind === 'integer') return { whole: INTEGER_DIGITS[type.bytes], scale: 0 };
  if (type.kind !== 'decimal') return undefined;
  const { precision = Infinity, scale } = type;
  return precision === Infinity ? { whole: Infinity, scale: Infinity } : { whole: precision - (scale ?? 0), scale: scale ?? 0 };
}
