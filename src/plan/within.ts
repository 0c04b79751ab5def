import { boundTo, inBatch, type Interval } from '../core/interval';
import type { Incremental } from '../core/materialization';
import { quote } from '../core/relation';

/** The condition that a row of a model that is built in batches lies in the one of this interval. */
export const within = ({ batches }: Incremental, interval: Interval): string => boundTo(inBatch(quote(batches!.eventTime)), interval);
