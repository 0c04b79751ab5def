import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import ts from 'typescript';

/** What each folder may import from the others. `core` is open to all; `commands` sees everything. */
const LAW: Readonly<Record<string, readonly string[]>> = {
  core: [],
  parse: [],
  graph: [],
  compile: ['parse', 'graph'],
  plan: ['graph'],
  adapters: [],
  lake: [],
  loaders: ['parse'],
  run: [],
  state: [],
  disk: [],
  report: [],
  commands: ['parse', 'graph', 'compile', 'plan', 'adapters', 'lake', 'loaders', 'run', 'state', 'disk', 'report'],
};

/** The packages that a folder may import; `node:*` modules are listed like packages. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  parse: ['yaml', 'handlebars', '@marcbachmann/cel-js'],
  graph: ['graphlib'],
  compile: ['handlebars'],
  plan: [],
  adapters: ['knex', 'pg', 'pg-copy-streams', '@electric-sql/pglite', '@duckdb/node-api', 'node:'],
  lake: ['@aws-sdk/client-s3', 'node:'],
  loaders: ['undici', 'lossless-json', 'csv-stringify', 'node:'],
  run: [],
  state: ['node:'],
  disk: ['jiti', 'node:'],
  report: ['chalk', 'log-update', 'string-width'],
  commands: ['commander', 'node:'],
};

const PURE = ['core', 'parse', 'graph', 'compile', 'plan'];

const source = __dirname;
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !/\.(test|fixture|testing)\.ts$/.test(path));

interface Import {
  readonly from: string;
  readonly specifier: string;
}

const imports: readonly Import[] = files.flatMap((from) =>
  ts
    .preProcessFile(readFileSync(join(source, from), 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => ({ from, specifier: fileName })),
);

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');
const targetOf = ({ from, specifier }: Import): string => normalize(join(dirname(from), specifier)).replaceAll('\\', '/');
const isLocal = ({ specifier }: Import): boolean => specifier.startsWith('.');

describe('the law of imports', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('knows every folder', () => {
    expect([...new Set(files.map(folderOf))].filter((folder) => folder !== '' && !(folder in LAW))).toEqual([]);
  });

  it('lets folders import only what the table allows', () => {
    const broken = imports.filter(isLocal).filter((each) => {
      const folder = folderOf(each.from);
      const target = folderOf(targetOf(each));
      if (folder === '') return target !== '' && target !== 'core' && target !== 'commands' && target !== 'report';
      return target !== folder && target !== 'core' && !LAW[folder]!.includes(target);
    });
    expect(broken).toEqual([]);
  });

  it('lets folders import only their own packages', () => {
    const broken = imports
      .filter((each) => !isLocal(each) && folderOf(each.from) !== '')
      .filter(
        ({ from, specifier }) =>
          !PACKAGES[folderOf(from)]!.some((name) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`)),
      );
    expect(broken).toEqual([]);
  });

  it('keeps the clock, the process and the network out of the pure folders', () => {
    const broken = files
      .filter((path) => PURE.includes(folderOf(path)))
      .flatMap((path) => {
        const text = withoutComments(readFileSync(join(source, path), 'utf8'));
        const found = text.match(/\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bfetch\(|\bconsole\.|\bsetTimeout\b/g) ?? [];
        return found.map((what) => `${path}: ${what}`);
      });
    expect(broken).toEqual([]);
  });

  it('has one door to the terminal', () => {
    const broken = files
      .filter((path) => path !== 'bin.ts')
      .filter((path) => /\bprocess\.(stdout|stderr|exit)\b|\bconsole\./.test(withoutComments(readFileSync(join(source, path), 'utf8'))));
    expect(broken).toEqual([]);
  });

  it('has no circular import', () => {
    const values = new Map(files.map((path) => [path, [] as string[]]));
    for (const each of imports.filter(isLocal)) {
      const target = [`${targetOf(each)}.ts`, targetOf(each)].find((path) => values.has(path));
      if (target !== undefined && !onlyTypes(each)) values.get(each.from)!.push(target);
    }
    expect(cyclesOf(values)).toEqual([]);
  });

  it('has no hidden state, no `index.ts` inside a folder, no `utils.ts`', () => {
    expect(files.filter((path) => /\/index\.ts$|(^|\/)utils?\.ts$/.test(path))).toEqual([]);
    expect(files.filter((path) => /^(export )?let /m.test(readFileSync(join(source, path), 'utf8')))).toEqual([]);
  });

  it('keeps files small', () => {
    const large = files.filter((path) => readFileSync(join(source, path), 'utf8').split('\n').length > 251);
    expect(large).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

const trees = new Map<string, ts.SourceFile>();

function treeOf(path: string): ts.SourceFile {
  const known = trees.get(path) ?? ts.createSourceFile(path, readFileSync(join(source, path), 'utf8'), ts.ScriptTarget.Latest);
  trees.set(path, known);
  return known;
}

/** Whether the import brings in types alone, which leaves nothing at run time. */
function onlyTypes({ from, specifier }: Import): boolean {
  return treeOf(from).statements.every((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return true;
    if (statement.moduleSpecifier === undefined || (statement.moduleSpecifier as ts.StringLiteral).text !== specifier) return true;
    if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
    const clause = statement.importClause;
    if (clause === undefined) return false;
    if (clause.isTypeOnly) return true;
    const named = clause.namedBindings;
    return clause.name === undefined && named !== undefined && ts.isNamedImports(named) && named.elements.every((each) => each.isTypeOnly);
  });
}

function cyclesOf(edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) cycles.push([...trail.slice(at), path].map((each) => relative('.', each)).join(' → '));
    if (at >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}
