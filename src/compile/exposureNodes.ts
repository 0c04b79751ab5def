import { diagnose, type Report } from '../core/diagnostic';
import type { ExposureNode } from '../core/node';
import type { ExposureDeclaration } from '../parse/exposures';
import type { Forbidden } from './groups';
import { namedBy } from './namedBy';
import type { Names } from './names';

export interface ExposureContext {
  readonly project: string;
  readonly names: Names;
  readonly forbidden: Forbidden;
  readonly report: Report;
}

/** The nodes of exposures, linked; those that are switched off are left out. A name that stands twice is reported. */
export function exposureNodes(declared: readonly ExposureDeclaration[], context: ExposureContext): readonly ExposureNode[] {
  const files = new Map<string, string>();
  return declared.flatMap((exposure) => {
    const { name, at, enabled } = exposure;
    const other = files.get(name);
    if (other !== undefined) context.report(diagnose('name.duplicate', { name, kind: 'exposure', other }, at));
    if (other !== undefined || !enabled) return [];
    files.set(name, at.file);
    return [exposureNode(exposure, context)];
  });
}

function exposureNode(declared: ExposureDeclaration, { project, names, forbidden, report }: ExposureContext): ExposureNode {
  const { name, at, dependsOn, enabled, tags, meta, ...rest } = declared;
  const read = dependsOn.flatMap((text) => {
    const found = namedBy(text, 'depends_on', "`ref('model')` or `source('source', 'table')`", { names, report });
    const problem = found && forbidden({ name, group: undefined }, found.id, text.at);
    if (problem !== undefined) report(problem);
    return found === undefined ? [] : [found.id];
  });
  return {
    ...rest,
    kind: 'exposure',
    id: `exposure.${name}`,
    name,
    package: project,
    fqn: [project, ...at.file.split('/').slice(1, -1), name],
    path: at.file,
    at,
    tags,
    meta,
    config: { enabled, tags, meta },
    dependsOn: [...new Set(read)],
  };
}
