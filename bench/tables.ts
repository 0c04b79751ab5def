import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateRows } from './generate';
import { timed, timingText } from './measure';

const MODELS = 500;
const CONNECTIONS = 4;

/**
 * 500 models of one row each on a PostgreSQL server, built over standing tables, against `psql` sending the very statements of
 * `etlx run --dry-run` over as many connections.
 */
export function benchTables(repository: string, url: string, rounds: number): readonly string[] {
  const etlx = join(repository, 'dist/etlx.cjs');
  const root = mkdtempSync(join(tmpdir(), 'etlx-bench-'));
  const settings = `name: rows
default_target: server
targets:
  server: {type: postgres, url: {env: BENCH_DATABASE_URL}, schema: etlx_bench, threads: ${CONNECTIONS}}
lake: .etlx/lake
`;
  const env = { BENCH_DATABASE_URL: url };
  try {
    generateRows(root, MODELS, settings);
    const call = (...args: string[]) => execFileSync(process.execPath, [etlx, ...args], { cwd: root, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 28 });
    call('run', '--quiet');
    const scripts = scriptsOf(call('run', '--dry-run', '--quiet'));
    scripts.forEach((script, index) => writeFileSync(join(root, `part_${index}.sql`), script));
    const psql = scripts.map((_, index) => `psql -q -X -v ON_ERROR_STOP=1 -f part_${index}.sql "$BENCH_DATABASE_URL" & `).join('');
    const times = timed(
      [
        { name: 'psql', argv: ['sh', '-c', `${psql} wait`], cwd: root, env },
        { name: 'etlx run', argv: [process.execPath, etlx, 'run', '--quiet'], cwd: root, env },
      ],
      rounds,
    );
    const ratio = times.get('etlx run')!.median / times.get('psql')!.median;
    return [...times].map(([name, timing]) => `${MODELS} tables, ${name.padEnd(8)} ${timingText(timing)}`).concat(`etlx / psql: ${ratio.toFixed(2)}`);
  } finally {
    execFileSync('psql', ['-q', '-X', '-c', 'set client_min_messages = warning; drop schema if exists etlx_bench cascade', url]);
    rmSync(root, { recursive: true, force: true });
  }
}

/** The statements of the plan dealt out to as many scripts as there are connections, each model in a transaction of its own. */
function scriptsOf(plan: string): readonly string[] {
  const models = plan.split(/^(?=-- model\.)/m).filter((part) => part.startsWith('-- model.'));
  if (models.length !== MODELS) throw new Error(`the plan shows ${models.length} models, not ${MODELS}`);
  return Array.from({ length: CONNECTIONS }, (_, slot) =>
    models
      .filter((_model, index) => index % CONNECTIONS === slot)
      .map((model) => `begin;\n${model}\ncommit;\n`)
      .join(''),
  );
}
