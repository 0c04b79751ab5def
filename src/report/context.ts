import type { Location } from '../core/diagnostic';
import type { Event } from '../core/event';
import type { NodeId } from '../core/node';
import type { Sources } from './frame';
import type { Output } from './output';
import type { Paint } from './paint';

/** What reporting needs to know and may touch; everything comes from outside. */
export interface ReportContext {
  /** Where the report goes: standard error, since standard output is for data. */
  readonly output: Output;
  readonly paint: Paint;
  /** etlx's own version. */
  readonly version: string;
  readonly now: () => Date;
  readonly sources: Sources;
  /** Where a node is declared; undefined for one that the project does not know. */
  readonly placeOf: (id: NodeId) => Location | undefined;
}

/** A subscriber that prints. `close` leaves the terminal in order, also when the run broke off; it can be called twice. */
export interface Reporter {
  emit(event: Event): void;
  close(): void;
}
