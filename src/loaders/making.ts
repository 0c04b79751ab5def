import type { RowCounts } from '../core/loader';
import type { DatasetNode } from '../core/node';
import type { DriftCounter } from './drift';
import type { Fitter } from './fit';
import type { Rejections } from './rejected';

/** A dataset that is being made: what it is to be, and what has become of its rows so far. */
export interface Making {
  /** With the columns that were found, behind the declared ones. */
  readonly node: DatasetNode;
  /** How many of its columns were declared. */
  readonly declared: number;
  readonly fit: Fitter;
  readonly counts: { -readonly [K in keyof RowCounts]: number };
  readonly drift: DriftCounter;
  readonly rejections: Rejections;
}
