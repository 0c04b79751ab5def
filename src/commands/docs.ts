import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../adapters/connect';
import { dialectOf } from '../adapters/dialects';
import { failure } from '../core/diagnostic';
import type { Row } from '../core/ports';
import { secretFile } from '../disk/secretFile';
import { writeCatalog, writeManifest } from './artifacts';
import type { Flags } from './flags';
import { openProject, type OnRead, type Opened } from './opened';
import { schemasOf } from './run';
import type { Shell } from './shell';

/** `etlx docs generate`: writes the manifest, and the catalog: what the project's relations look like in the database. */
export async function docs(action: string | undefined, flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  if (action !== 'generate') {
    const problem = action === undefined ? '`etlx docs` needs a word' : `\`etlx docs\` does not know \`${action}\``;
    throw failure('usage', { problem, hint: 'there is `etlx docs generate`' });
  }
  const opened = await openProject(flags, shell, onRead);
  const call = { invocation: randomUUID(), shell };
  const rows = await describedIn(opened, shell);
  writeManifest(opened, call);
  writeCatalog(opened, rows, call);
  if (!flags.quiet) shell.stderr.write('wrote `target/manifest.json` and `target/catalog.json`\n');
  return 0;
}

/** The relations in the project's schemas, a row for each column. A database that is not there yet is not made. */
async function describedIn({ manifest, project: { root } }: Opened, shell: Shell): Promise<readonly Row[]> {
  const { target } = manifest;
  const schemas = schemasOf(manifest);
  if (schemas.length === 0 || (target.type !== 'postgres' && !existsSync(join(root, target.path)))) return [];
  const adapter = await connect(target, { root, env: shell.env, image: shell.image, secretFile: secretFile(root) });
  try {
    return (await adapter.query(dialectOf(target).describedQuery(schemas), shell.signal)).rows;
  } finally {
    await adapter.close();
  }
}
