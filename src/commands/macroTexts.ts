import type { Project } from '../core/project';
import type { MacroText } from '../disk/manifestProject';
import { parseMacros } from '../parse/macro';

/** The macros of a project that compiled, so that nothing can be wrong with them; those in TypeScript have no SQL. */
export function macroTexts({ files, functions }: Project): readonly MacroText[] {
  const written = files
    .filter(({ path }) => path.startsWith('macros/'))
    .flatMap((file) => parseMacros(file, () => undefined))
    .map(({ name, params, body }) => ({
      name,
      path: body.file,
      sql: body.text.slice(body.start, body.end),
      parameters: params.map((each) => each.name),
    }));
  return [...written, ...[...functions].map(([name, { file }]) => ({ name, path: file, sql: '', parameters: [] }))];
}
