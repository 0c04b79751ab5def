import type { ModelDraft } from './modelDrafts';
import type { Named } from './names';
import type { Seed } from './seedNodes';
import type { SnapshotDraft } from './snapshotNodes';
import type { sourceDeclarations } from './sourceDeclarations';
import type { Tested } from './testDrafts';

/** Everything that generic tests are declared on. */
export function testedOf(
  sources: ReturnType<typeof sourceDeclarations>,
  tables: readonly (Named & { readonly source: string; readonly table: string; readonly fqn: readonly string[] })[],
  seeds: readonly Seed[],
  others: readonly (ModelDraft | SnapshotDraft)[],
): readonly Tested[] {
  const ofTables = tables.map(({ id, relation, source, table, fqn }): Tested => {
    const declared = sources.get(source)!.tables.find(({ name }) => name === table)!;
    const { tags, columns, tests } = declared;
    return {
      id,
      relation,
      name: `${source}_${table}`,
      isSource: true,
      file: declared.at.file,
      folders: fqn.slice(1, -1),
      tags,
      columns,
      tests,
    };
  });
  const ofSeeds = seeds.map(({ node, properties }) => ({ ...node, folders: node.fqn.slice(1, -1), properties }));
  const ofOthers = [...ofSeeds, ...others].flatMap(({ id, relation, name, folders, properties }): readonly Tested[] =>
    properties === undefined
      ? []
      : [
          {
            id,
            relation,
            // a test's name becomes that of a relation and of a file
            name: name.replace('.', '_'),
            isSource: false,
            file: properties.at.file,
            folders,
            tags: [],
            columns: properties.columns,
            tests: properties.tests,
          },
        ],
  );
  return [...ofTables, ...ofOthers];
}
