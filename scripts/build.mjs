// Builds what `etlx` runs from: one bundled file for the command line, one for the TypeScript API, and the image that embedded databases start from.
import { existsSync, mkdirSync, readFileSync, chmodSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

// Bundled: the small packages that most commands need. Everything else stays in node_modules and is loaded when it is used.
const bundled = ['chalk', 'commander', 'graphlib', 'handlebars', 'log-update', 'string-width', 'yaml', 'lossless-json', 'csv-stringify', '@marcbachmann/cel-js'];
const external = Object.keys(dependencies).filter((name) => !bundled.includes(name));

mkdirSync(join(root, 'dist'), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: { etlx: 'src/bin.ts', index: 'src/index.ts', image: 'src/adapters/pgliteImage.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  external: [...external, ...external.map((name) => `${name}/*`)],
  define: { 'process.env.ETLX_BUILD_VERSION': JSON.stringify(version) },
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
});
chmodSync(join(root, 'dist/etlx.cjs'), 0o755);

// initdb in WebAssembly takes seconds; done once here, every new embedded database is a copy of this one
const { createRequire } = await import('node:module');
const { writeImage } = createRequire(import.meta.url)('../dist/image.cjs');
await writeImage(join(root, 'dist/pglite-image'));
