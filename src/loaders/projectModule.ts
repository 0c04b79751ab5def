import { failure } from '../core/diagnostic';
import type { Location } from '../core/diagnostic';
import type { LoaderPorts } from './ports';

/** The function that the project's file exports as `name`. Throws `macro.module` when there is none. */
export async function functionOf(
  ports: Pick<LoaderPorts, 'module'>,
  file: string,
  name: string,
  at: Location,
): Promise<(...args: unknown[]) => unknown> {
  const exports = await ports.module(file).catch((error: unknown) => {
    throw failure('macro.module', { file, problem: error instanceof Error ? error.message : String(error) }, at, { cause: error });
  });
  const found: unknown = (exports as Readonly<Record<string, unknown>>)[name];
  if (typeof found !== 'function') throw failure('macro.module', { file, problem: `it does not export a function as \`${name}\`` }, at);
  return found as (...args: unknown[]) => unknown;
}
