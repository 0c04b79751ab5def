import type { Place } from './row';

/** Places by the number of their arrival, from 0, in flat arrays: sixteen bytes each, and nothing for the garbage collector to visit. */
export interface Places {
  add(place: Place): void;
  at(number: number): Place;
}

const FIRST = 1024;
/** Resource, page, record, element. */
const FIELDS = 4;

export function places(): Places {
  const resources: string[] = [];
  let fields = new Uint32Array(FIRST * FIELDS);
  let end = 0;
  return {
    add({ resource, page, record, element = 0 }) {
      if (end === fields.length) {
        const longer = new Uint32Array(fields.length * 2);
        longer.set(fields);
        fields = longer;
      }
      const known = resources.indexOf(resource);
      const index = known >= 0 ? known : resources.push(resource) - 1;
      fields.set([index, page, record, element], end);
      end += FIELDS;
    },
    at(number) {
      const [index = 0, page = 0, record = 0, element = 0] = fields.subarray(number * FIELDS, (number + 1) * FIELDS);
      return { resource: resources[index] ?? '', page, record, ...(element > 0 && { element }) };
    },
  };
}
