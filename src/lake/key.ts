import { failure } from '../core/diagnostic';

/** Answers `key` when it names one object inside a lake; throws `lake.error` when it could lead out of it. */
export function checkKey(key: string, location: string): string {
  const parts = key.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..' || /[\0\\]/.test(part));
  if (bad) throw failure('lake.error', { location, problem: `${JSON.stringify(key)} is not a key of a lake` });
  return key;
}
