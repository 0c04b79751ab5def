/** A value, or where it is kept: an environment variable, a file. It stays a reference until the moment of use. */
export type Secret = string | { readonly env: string; readonly default?: string } | { readonly file: string };

/** The text of a file that holds a secret; undefined when it cannot be read. A relative path starts at the project folder. */
export type ReadSecretFile = (path: string) => string | undefined;

/**
 * What `secret` stands for; undefined when its variable is unset (or empty) and has no default, or its file cannot be read. A file's last
 * line break is no part of the secret.
 */
export function reveal(
  secret: Secret,
  env: Readonly<Record<string, string | undefined>>,
  readFile: ReadSecretFile = () => undefined,
): string | undefined {
  if (typeof secret === 'string') return secret;
  if ('file' in secret) return readFile(secret.file)?.replace(/\r?\n$/, '') || undefined;
  return env[secret.env] || secret.default;
}

/** Where `secret` is kept, in words: `the environment variable \`X\``. */
export const secretPlace = (secret: Exclude<Secret, string>): string =>
  'file' in secret ? `the file \`${secret.file}\`` : `the environment variable \`${secret.env}\``;
