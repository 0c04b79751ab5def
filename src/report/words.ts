import type { StepHead } from '../core/event';
import type { NodeId } from '../core/node';
import type { Step } from '../core/plan';
import { printable } from './printable';

type Kind = Step['kind'];

/** `1 page`, `3 pages`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `90.5` seconds as dbt words them at the end of a run: `0 hours 1 minutes and 30.50 seconds (90.50s)`. */
export function durationText(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  const whole = Math.floor(hundredths / 100);
  const rest = ((hundredths % 6000) / 100).toFixed(2);
  return `${Math.floor(whole / 3600)} hours ${Math.floor((whole % 3600) / 60)} minutes and ${rest} seconds (${(hundredths / 100).toFixed(2)}s)`;
}

/** A quoted name as people write it: `"shop"."users"` → `shop.users`; a part that needs its quotes keeps them. */
export function relationText(relation: string): string {
  return relation.replace(/"((?:[^"]|"")*)"/g, (quoted, name: string) => (/^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name) ? name : quoted));
}

/** A node's id without its kind: `extract.shop.users` → `shop.users`. */
export function bareName(id: NodeId): string {
  return id.slice(id.indexOf('.') + 1);
}

/** What a step works on, as dbt words it: `sql table model shop.user_summaries`, `test unique_users_user_id`. */
export function subjectOf({ id, kind, name, relation, materialized }: StepHead): string {
  const built = relation === undefined ? undefined : relationText(relation);
  switch (kind) {
    case 'extract':
      return printable(`api resource ${bareName(id)}`);
    case 'dataset':
      return printable(`dataset ${bareName(id)}`);
    case 'load':
      return printable(`source table ${built ?? bareName(id)}`);
    case 'seed':
      return printable(`seed file ${built ?? name}`);
    case 'snapshot':
      return printable(`snapshot ${built ?? name}`);
    case 'model':
      return printable(`sql ${materialized === undefined ? '' : `${materialized} `}model ${built ?? name}`);
    case 'test':
      return printable(`test ${name}`);
    case 'freshness':
      return printable(`freshness of ${built ?? name}`);
    case 'unit_test':
      return printable(`unit test ${bareName(id)}`);
    case 'operation':
      return printable(`hook: ${name}`);
  }
}

/** The word of a kind before a node's own name: `Failure in test …`. */
export const nounOf: Readonly<Record<Kind, string>> = {
  extract: 'api resource',
  dataset: 'dataset',
  load: 'source table',
  seed: 'seed',
  snapshot: 'snapshot',
  model: 'model',
  test: 'test',
  unit_test: 'unit test',
  freshness: 'freshness of',
  operation: 'hook',
};

/** What was done, and what was being done: `loaded`, `loading`. */
export const verbOf: Readonly<
  Record<Exclude<Kind, 'test' | 'unit_test' | 'freshness' | 'operation'>, { readonly done: string; readonly doing: string }>
> = {
  extract: { done: 'extracted', doing: 'extracting' },
  dataset: { done: 'transformed', doing: 'transforming' },
  load: { done: 'loaded', doing: 'loading' },
  seed: { done: 'loaded', doing: 'loading' },
  snapshot: { done: 'snapshotted', doing: 'snapshotting' },
  model: { done: 'created', doing: 'creating' },
};
