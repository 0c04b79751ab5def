import { closest } from '../core/closest';
import { diagnose, type Report } from '../core/diagnostic';
import type { TextFile } from '../core/project';
import { propertiesOf, type ModelProperties, type PropertiesFile } from '../parse/properties';
import type { RenderText } from '../parse/sourcesRender';

/** What the YAML files under `models/` declare, all of them together; their descriptions are given to `render`. */
export function declarationsIn(files: readonly TextFile[], render: RenderText, report: Report): PropertiesFile {
  const read = files.map((file) => propertiesOf(file, report, render));
  return {
    models: read.flatMap(({ models }) => models),
    groups: read.flatMap(({ groups }) => groups),
    exposures: read.flatMap(({ exposures }) => exposures),
    unitTests: read.flatMap(({ unitTests }) => unitTests),
  };
}

/**
 * What is said of each model by the name of its file; `files` are the names that there are. Models that are described twice are reported, and
 * descriptions of models without a file.
 */
export function modelProperties(
  described: readonly ModelProperties[],
  files: ReadonlySet<string>,
  report: Report,
): ReadonlyMap<string, ModelProperties> {
  const properties = new Map<string, ModelProperties>();
  for (const each of described) {
    const { at } = each;
    const name = each.files.find((file) => files.has(file)) ?? each.files[0]!;
    const other = properties.get(name);
    if (other === undefined) properties.set(name, each);
    else report(diagnose('name.duplicate', { name, kind: 'model description', other: other.at.file }, at));
    if (!files.has(name)) report(diagnose('properties.orphan', { kind: 'model', name, closest: closest(name, files) }, at));
  }
  return properties;
}
