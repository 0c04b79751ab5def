import { closest } from '../core/closest';
import { failure } from '../core/diagnostic';
import type { Settings, TargetSettings } from '../parse/settings';

/** The target of that name, or the project's default. Throws EtlxError `target.unknown`. */
export function targetOf({ targets, defaultTarget }: Settings, name = defaultTarget): TargetSettings {
  const target = targets.get(name);
  if (target !== undefined) return target;
  const known = [...targets.keys()];
  throw failure('target.unknown', { target: name, known, closest: closest(name, known) });
}
