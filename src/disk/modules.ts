import { join } from 'node:path';
import { failure } from '../core/diagnostic';
import type { MacroFunction } from '../core/macro';
import type { Project } from '../core/project';
import { pathInside } from './inside';

/** Loads a TypeScript module of the project, by its path relative to the project folder; its code is the project's own and is trusted. */
export async function projectModule(root: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  const file = pathInside(root, path);
  if (file === undefined) throw failure('macro.module', { file: path, problem: 'it lies outside the project' });
  // imported here: only a project with TypeScript of its own pays for the compiler
  const { createJiti } = await import('jiti');
  try {
    return await createJiti(join(root, 'project.yaml'), { interopDefault: false }).import(file);
  } catch (error) {
    throw failure('macro.module', { file: path, problem: error instanceof Error ? error.message : String(error) }, undefined, {
      cause: error,
    });
  }
}

/** Every function that the macro modules export, by name. */
export async function macroFunctions(root: string, files: readonly string[]): Promise<Project['functions']> {
  const functions = new Map<string, { file: string; call: MacroFunction }>();
  for (const file of files) {
    for (const [name, value] of Object.entries(await projectModule(root, file))) {
      if (typeof value !== 'function') continue;
      const other = functions.get(name);
      if (other !== undefined) throw failure('name.duplicate', { name, kind: 'macro', other: other.file }, { file, line: 1, column: 1 });
      functions.set(name, { file, call: value as MacroFunction });
    }
  }
  return functions;
}
