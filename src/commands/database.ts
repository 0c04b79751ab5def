import { connect } from '../adapters/connect';
import type { Adapter } from '../core/ports';
import { secretFile } from '../disk/secretFile';
import type { Opened } from './opened';
import type { Shell } from './shell';

/** Opens the target's database for `work`, and closes it afterwards. Throws what connecting throws. */
export async function inDatabase<T>({ manifest, project }: Opened, shell: Shell, work: (adapter: Adapter) => Promise<T>): Promise<T> {
  const { root } = project;
  const adapter = await connect(manifest.target, { root, env: shell.env, image: shell.image, secretFile: secretFile(root) });
  try {
    return await work(adapter);
  } finally {
    await adapter.close();
  }
}
