import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { etlx } from './support/etlx';
import { problemLines } from './support/problems';
import { project, temporaryFolder, writeProject } from './support/project';

const SETTINGS = 'name: demo\ntargets:\n  dev: {type: duckdb}\n';
const files = {
  'project.yaml': SETTINGS,
  'models/a.sql': 'select 1',
  'target/manifest.json': '{}',
  'built/deep/file': 'x',
  'kept/file': 'x',
};

test('target/ goes, and nothing else; without one there is nothing to do', async () => {
  const root = project(files);
  expect(await etlx(root, ['clean'])).toEqual({ code: 0, stdout: '', stderr: 'removed target\n' });
  expect(['target', 'models/a.sql', 'built/deep/file'].map((path) => existsSync(join(root, path)))).toEqual([false, true, true]);
  expect(await etlx(root, ['clean'])).toEqual({ code: 0, stdout: '', stderr: 'nothing stands at target\n' });
});

test('what the project lists goes', async () => {
  const root = project({ ...files, 'project.yaml': `${SETTINGS}clean: [target, built/deep]\n` });
  expect(await etlx(root, ['clean', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(['target', 'built', 'built/deep', 'kept/file'].map((path) => existsSync(join(root, path)))).toEqual([false, true, false, true]);
});

test('nothing goes when a path leads out of the project, or holds its own files', async () => {
  const outside = temporaryFolder();
  writeProject(outside, { file: 'x' });
  const root = project({
    ...files,
    'project.yaml': `${SETTINGS}clean: [target, .., ., models, project.yaml, linked, linked/file, '${outside}']\n`,
  });
  symlinkSync(outside, join(root, 'linked'));
  const { code, stderr } = await etlx(root, ['clean']);
  expect(code).toBe(2);
  const hint = '`clean` lists what can be made again: `[target]`';
  expect(problemLines(stderr).map((line) => line.slice(line.indexOf('] ') + 2))).toEqual([
    `\`..\` is not within the project / ${hint}`,
    `\`.\` is not within the project / ${hint}`,
    `\`models\` holds \`models/a.sql\`, which is the project's own / ${hint}`,
    `\`project.yaml\` holds \`project.yaml\`, which is the project's own / ${hint}`,
    `\`linked\` is not within the project / ${hint}`,
    `\`linked/file\` is not within the project / ${hint}`,
    `\`${outside}\` is not within the project / ${hint}`,
  ]);
  expect([join(outside, 'file'), join(root, 'target'), join(root, 'models')].map((path) => existsSync(path))).toEqual([true, true, true]);
});
