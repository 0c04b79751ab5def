import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateRows } from './generate';
import { againstLimit, timed, timingText } from './measure';

const MODELS = 500;
const CONNECTIONS = 4;

const SETTINGS = `name: rows
default_target: server
targets:
  server: {type: postgres, url: {env: BENCH_DATABASE_URL}, schema: etlx_bench, threads: ${CONNECTIONS}}
lake: .etlx/lake
`;

/**
 * 500 models of one row each on a PostgreSQL server, built over standing tables, against `psql` sending the very statements of
 * `etlx run --dry-run` over as many connections: once etlx as a whole process, once from its first step to its last.
 */
export function benchTables(repository: string, url: string, rounds: number): readonly string[] {
  const etlx = join(repository, 'dist/etlx.cjs');
  const root = mkdtempSync(join(tmpdir(), 'etlx-bench-'));
  const env = { BENCH_DATABASE_URL: url };
  try {
    generateRows(root, MODELS, SETTINGS);
    const call = (...args: string[]) =>
      execFileSync(process.execPath, [etlx, ...args], { cwd: root, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 28 });
    call('run', '--quiet');
    const scripts = scriptsOf(call('run', '--dry-run', '--quiet'));
    scripts.forEach((script, index) => writeFileSync(join(root, `part_${index}.sql`), script));
    const psql = scripts.map(
      (_, index) => `psql -q -X -o /dev/null -v ON_ERROR_STOP=1 -f part_${index}.sql "$BENCH_DATABASE_URL" & pids="$pids $!"; `,
    );
    const times = timed(
      [
        { name: 'psql', argv: ['sh', '-c', `${psql.join('')} for pid in $pids; do wait $pid || exit 1; done`], cwd: root, env },
        { name: 'etlx run', argv: [process.execPath, etlx, 'run', '--quiet'], cwd: root, env, after: () => elapsedOf(root) },
      ],
      rounds,
    );
    const limit = times.get('psql')!.wall;
    const { wall, noted } = times.get('etlx run')!;
    return [
      `psql, ${CONNECTIONS} connections       ${timingText(limit)}`,
      `etlx run, whole process  ${timingText(wall)}  ${againstLimit(wall.median / limit.median, '× psql', 1.5)}`,
      `etlx run, its steps      ${timingText(noted!)}  ${(noted!.median / limit.median).toFixed(2)} × psql`,
    ];
  } finally {
    execFileSync('psql', ['-q', '-X', '-c', 'set client_min_messages = warning; drop schema if exists etlx_bench cascade', url]);
    rmSync(root, { recursive: true, force: true });
  }
}

/** From the first step to the last, as the run itself says it. */
const elapsedOf = (root: string): number =>
  (JSON.parse(readFileSync(join(root, 'target/run_results.json'), 'utf8')) as { readonly elapsed_time: number }).elapsed_time;

/** The statements of the plan, a transaction each model, dealt out to as many scripts as there are connections. */
function scriptsOf(plan: string): readonly string[] {
  const models = plan.split(/^(?=-- model\.)/m).filter((part) => part.startsWith('-- model.'));
  if (models.length !== MODELS) throw new Error(`the plan shows ${models.length} models, not ${MODELS}`);
  if (!models.every((model) => model.includes('\nbegin;\n') && model.includes('\ncommit;\n')))
    throw new Error('the plan does not show its transactions');
  return Array.from({ length: CONNECTIONS }, (_, slot) => models.filter((_model, index) => index % CONNECTIONS === slot).join(''));
}
