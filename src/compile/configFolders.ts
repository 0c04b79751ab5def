import { closest } from '../core/closest';
import { diagnose, type Report } from '../core/diagnostic';
import type { Project } from '../core/project';
import type { ConfigTree } from '../parse/configTree';
import type { Settings } from '../parse/settings';

/** Reports the folders that `project.yaml` configures and that are not there; tests of source tables lie in the folders `ofSources`. */
export function reportConfiguredFolders(
  { name, models, seeds, snapshots, tests }: Settings,
  project: Project,
  ofSources: readonly (readonly string[])[],
  report: Report,
): void {
  const below = (folder: string): readonly (readonly string[])[] =>
    project.files.filter(({ path }) => path.startsWith(folder)).map(({ path }) => foldersOf(path));
  const [ofModels, ofSeeds, ofSnapshots] = [below('models/'), project.seeds.map(foldersOf), below('snapshots/')];
  reportUnknownFolders(models, name, ofModels, report);
  reportUnknownFolders(seeds, name, ofSeeds, report);
  reportUnknownFolders(snapshots, name, ofSnapshots, report);
  reportUnknownFolders(tests, name, [...ofModels, ...ofSeeds, ...ofSnapshots, ...below('tests/'), ...ofSources], report);
}

/** `snapshots/shop/orders.yml` → `['shop']`. */
const foldersOf = (path: string): readonly string[] => path.split('/').slice(1, -1);

/**
 * Reports the folders that `project.yaml` configures and that hold nothing: a misspelt one would be ignored in silence. `paths` are the folders
 * of what can be configured, below `models/` or `tests/`.
 */
function reportUnknownFolders(tree: ConfigTree<unknown>, project: string, paths: Iterable<readonly string[]>, report: Report): void {
  const known = folderTree(paths);
  for (const [name, { at }] of tree.folders) {
    if (name !== project)
      report(diagnose('config.unknown-folder', { folder: name, where: 'the project', closest: closest(name, [project]) }, at));
  }
  const compare = ({ folders }: ConfigTree<unknown>, beside: FolderTree, where: string): void => {
    for (const [name, below] of folders) {
      const found = beside.get(name);
      if (found !== undefined) compare(below, found, `\`${name}\``);
      else report(diagnose('config.unknown-folder', { folder: name, where, closest: closest(name, beside.keys()) }, below.at));
    }
  };
  const own = tree.folders.get(project);
  if (own !== undefined) compare(own, known, 'the project');
}

type FolderTree = ReadonlyMap<string, FolderTree>;

function folderTree(paths: Iterable<readonly string[]>): FolderTree {
  const root = new Map<string, FolderTree>();
  for (const path of paths) {
    let at = root;
    for (const name of path) {
      const below = at.get(name) ?? new Map<string, FolderTree>();
      at.set(name, below);
      at = below as Map<string, FolderTree>;
    }
  }
  return root;
}
