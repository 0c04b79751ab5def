import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import type { TemplateValue } from '../core/macro';
import type { TextFile } from '../core/project';
import { parseDescribed } from './descriptions';
import { FRESHNESS_KEYS, keepingNull, type FreshnessKeys } from './freshness';
import { isNothing, listOf, mapping, optional, required, type Reader, type Text } from './shape';
import { nameBy, plainName, text, texts, value, values } from './shapeValues';
import { resourcesOf } from './sourcesExtract';
import { checkDispositions } from './sourcesIncremental';
import type { RenderText } from './sourcesRender';
import { table, tableOf, type TableDeclaration } from './sourcesTable';
import type { YamlNode } from './yamlNode';

/** A source as `sources/*.yaml` declares it, its defaults filled in and its templates rendered. */
export interface SourceDeclaration extends FreshnessKeys {
  readonly name: string;
  readonly at: Location;
  readonly description: string;
  /** Absent: the target's. */
  readonly schema?: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, TemplateValue>>;
  /** Where raw responses land, under the lake. */
  readonly land: string;
  readonly resources: readonly Resource[];
  /** With the source's tags and meta added to their own. */
  readonly tables: readonly TableDeclaration[];
}

const DEFAULT_LAND = 'raw';
const LAND = /^[\p{L}\p{N}_-][\p{L}\p{N}_.-]*(?:\/[\p{L}\p{N}_-][\p{L}\p{N}_.-]*)*$/u;

/** A folder of the lake: a relative path without `..`, and not the one that datasets are in. */
const landPath: Reader<string> = (node, key, report) => {
  const path = text(node, key, report);
  if (path === undefined || (LAND.test(path) && path.split('/')[0] !== 'datasets')) return path;
  report(
    diagnose(
      'config.invalid',
      { problem: `\`${path}\` cannot be where responses land`, hint: 'name a folder of the lake other than `datasets`: `raw`' },
      node.at,
    ),
  );
  return undefined;
};

/** Read once `land` is known and its templates are rendered. */
const asNode: Reader<YamlNode> = (node) => node;

const readSource = keepingNull(
  mapping('a source', {
    name: required(nameBy('part')),
    description: optional(text, ''),
    schema: optional(plainName('identifier')),
    tags: optional(texts, []),
    meta: optional(values, {}),
    extract: optional(asNode),
    land: optional(mapping('`land`', { path: optional(landPath, DEFAULT_LAND) }), { path: DEFAULT_LAND }),
    ...FRESHNESS_KEYS,
    tables: optional(listOf(table), []),
  }),
);

const readFile = mapping('a file of sources', { version: optional(value), sources: required(listOf(readSource)) });

/**
 * The sources that a file declares. Texts under `extract` and descriptions that hold templates are given to `render`; expressions and tests stay as they were
 * written, with their places. Every problem goes to `report`, and what is wrong is left out.
 */
export function sourcesOf(file: TextFile, render: RenderText, report: Report): readonly SourceDeclaration[] {
  const node = parseDescribed(file, report, render);
  if (node === undefined || isNothing(node)) return [];
  return (readFile(node, file.path, report)?.sources ?? []).map((source) => sourceOf(source, render, report));
}

function sourceOf(source: NonNullable<ReturnType<typeof readSource>>, render: RenderText, report: Report): SourceDeclaration {
  const land = source.land.path;
  const resources = source.extract && resourcesOf(source.extract, land, render, report);
  const known = resources?.map((resource) => resource.name);
  if (source.extract === undefined && source.tables.some((each) => each.transform !== undefined)) {
    report(
      diagnose(
        'config.missing-key',
        { key: 'extract', where: `the source \`${source.name.text}\`, whose tables have a \`transform\`,` },
        source.name.at,
      ),
    );
  }
  const tables = distinct(source.tables, report).map((raw) => tableOf(raw, known, report));
  checkDispositions(resources ?? [], tables, report);
  return {
    name: source.name.text,
    at: source.name.at,
    description: source.description,
    ...(source.schema !== undefined && { schema: source.schema }),
    tags: source.tags,
    meta: source.meta,
    land,
    freshness: source.freshness,
    loaded_at_field: source.loaded_at_field,
    loaded_at_query: source.loaded_at_query,
    resources: resources ?? [],
    tables: tables.map((each) => ({ ...each, tags: [...new Set([...source.tags, ...each.tags])], meta: { ...source.meta, ...each.meta } })),
  };
}

function distinct<T extends { readonly name: Text }>(declared: readonly T[], report: Report): readonly T[] {
  const seen = new Set<string>();
  return declared.filter(({ name: { text: name, at } }) => {
    if (seen.has(name)) report(diagnose('name.duplicate', { name, kind: 'table', other: at.file }, at));
    return seen.size < seen.add(name).size;
  });
}
