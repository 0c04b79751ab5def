import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/** What Node puts around a CommonJS module. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname) {', '\n})'] as const;
const IDENTITY_LENGTH = 64;

/** A CommonJS file that is loaded. */
export interface Program<Exports> {
  readonly exports: Exports;
  /** What V8 has compiled of it so far, as the bytes of its cache file: V8 then need not compile that again. */
  compiled(): Uint8Array;
}

/**
 * Loads the CommonJS file `file` as `require` does, but from the cache file `<file>.cache` beside it where that fits. The cache only saves time:
 * without one, or with one that another program text, Node or machine made, V8 compiles the text. The file has no `import()`
 * (a function from a cache cannot do that); its last line names it. Node 22 has such a cache built in (`module.enableCompileCache`), Node 20 not.
 */
export function loadProgram<Exports>(file: string): Program<Exports> {
  const text = readFileSync(file, 'utf8');
  const made = madeFor(text);
  const script = new Script(WRAPPER.join(text), { filename: file, cachedData: cacheOf(file, made) });
  const module = { exports: {} as Exports };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return { exports: module.exports, compiled: () => Buffer.concat([Buffer.from(made), script.createCachedData()]) };
}

/** What a cache is good for, as its first line. V8 compares no more of a text than its length, so the text says who it is in its last line. */
const madeFor = (text: string): string => `${text.trimEnd().slice(-IDENTITY_LENGTH)} ${process.version} ${process.arch}\n`;

/** The cache of `file`, when it was made for this text, Node and machine. */
function cacheOf(file: string, made: string): Buffer | undefined {
  try {
    const cache = readFileSync(`${file}.cache`);
    return cache.toString('latin1', 0, made.length) === made ? cache.subarray(made.length) : undefined;
  } catch {
    return undefined;
  }
}
