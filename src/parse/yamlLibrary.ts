import type * as yaml from 'yaml';

/**
 * The `yaml` library, loaded when the first text needs it: most projects never do, and loading it costs as much as reading thousands
 * of files. `require`, because nothing in `parse` is asynchronous; the bundler keeps it lazy.
 */
export function yamlLibrary(): typeof yaml {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at start, and reading is not asynchronous
  return require('yaml') as typeof yaml;
}
