// Builds what `etlx` runs from: the command line as one bundled file behind a small door, the TypeScript API, what V8 makes of the command line, and the
// image that embedded databases start from.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const { version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

// Bundled: what most commands need, and what consists of many small files. Everything else stays in node_modules and is loaded when it is used.
const bundled = [
  ...[
    '@marcbachmann/cel-js',
    'chalk',
    'commander',
    'csv-stringify',
    'graphlib',
    'handlebars',
    'knex',
    'log-update',
    'lossless-json',
    'pg',
    'pg-copy-streams',
  ],
  ...['string-width', 'yaml'],
];
// knex and pg name drivers that etlx has no use for
const unused = ['better-sqlite3', 'mariadb', 'mysql', 'mysql2', 'oracledb', 'pg-native', 'pg-query-stream', 'sqlite3', 'tedious'];
const external = [...Object.keys(dependencies).filter((name) => !bundled.includes(name)), ...unused].flatMap((name) => [name, `${name}/*`]);

/** Bundles `source` into `dist/<name>.cjs`; answers that file. */
async function bundle(name, source, { banner = '', signed = false } = {}) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    external,
    // a function that V8 takes from its cache cannot `import()` (ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING), so `require` does it
    supported: { 'dynamic-import': false },
    define: {
      'process.env.ETLX_BUILD_VERSION': JSON.stringify(version),
      // as Node 21 has it: without one `pg` asks `Response` whether this is Cloudflare, and that loads all of `fetch`
      navigator: '{"userAgent":"Node.js"}',
    },
    logLevel: 'warning',
  });
  const text = banner + outputFiles[0].text;
  // its last line says which text this is: what V8 made of another must not be taken for it (src/program.ts)
  const signature = signed ? `//${createHash('sha256').update(text).digest('hex')}\n` : '';
  return replaceFile(join(dist, `${name}.cjs`), text + signature);
}

/** Writes `file`, which appears whole or not at all: others may run etlx meanwhile. */
function replaceFile(file, content) {
  const beside = `${file}.${process.pid}.tmp`;
  writeFileSync(beside, content);
  renameSync(beside, file);
  return file;
}

/** A module of etlx, bundled and loaded. */
const tool = async (name, source) => createRequire(import.meta.url)(await bundle(name, source));

mkdirSync(dist, { recursive: true });
const [program, etlx, , { loadProgram }, { writeImage }] = await Promise.all([
  bundle('program', 'src/commands/main.ts', { signed: true }),
  bundle('etlx', 'src/bin.ts', { banner: '#!/usr/bin/env node\n' }),
  bundle('index', 'src/index.ts'),
  tool('loader', 'src/program.ts'),
  tool('image', 'src/adapters/pgliteImage.ts'),
]);
chmodSync(etlx, 0o755);

// V8 compiles a function when it is first called: listing the shop calls what every command needs, and that goes into the cache. With more in
// it, all that is read at every start would take longer than the commands that need it gain.
const { exports, compiled } = loadProgram(program);
const nowhere = { write: () => undefined, isTTY: false };
await exports.main(['ls'], {
  stdout: nowhere,
  stderr: nowhere,
  env: {},
  cwd: root,
  random: () => 0,
  signal: new AbortController().signal,
  version,
});
replaceFile(`${program}.cache`, compiled());

// initdb in WebAssembly takes seconds; done once here, every new embedded database is a copy of this one
await writeImage(join(dist, 'pglite-image'));
