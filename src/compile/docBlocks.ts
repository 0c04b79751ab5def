import { closest } from '../core/closest';
import { diagnose, failure, type Report } from '../core/diagnostic';
import type { DocBlock } from '../core/manifest';
import type { TextFile } from '../core/project';
import { docBlocksOf } from '../parse/docBlocks';
import type { Helper } from './renderScope';

/** The doc blocks of the Markdown `files` by name; a name that stands twice is reported. */
export function docBlocks(files: readonly TextFile[], report: Report): ReadonlyMap<string, DocBlock> {
  const blocks = new Map<string, DocBlock>();
  for (const block of files.flatMap((file) => docBlocksOf(file, report))) {
    const { name, at } = block;
    const other = blocks.get(name);
    if (other === undefined) blocks.set(name, block);
    else report(diagnose('name.duplicate', { name, kind: 'doc block', other: other.at.file }, at));
  }
  return blocks;
}

/** `doc('name')`, or with the package before it as in dbt: the text of a block. One that does not exist is reported. */
export function docHelpers(blocks: ReadonlyMap<string, DocBlock>, report: Report): ReadonlyMap<string, Helper> {
  const doc: Helper = (args, _named, at) => {
    const name = args.at(-1);
    if (typeof name !== 'string' || args.length > 2)
      throw failure('template.arguments', { name: 'doc', problem: "it takes the name of a doc block: `doc('cents')`" }, at);
    const block = blocks.get(name);
    if (block === undefined) report(diagnose('doc.unknown', { name, closest: closest(name, blocks.keys()) }, at));
    return block?.text ?? '';
  };
  return new Map([['doc', doc]]);
}
