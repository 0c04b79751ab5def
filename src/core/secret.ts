/** A value, or the name of an environment variable that holds it; it stays a reference until the moment of use. */
export type Secret = string | { readonly env: string; readonly default?: string };

/** What `secret` stands for, or undefined when its variable is unset (or empty) and has no default. */
export function reveal(secret: Secret, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (typeof secret === 'string') return secret;
  return env[secret.env] || secret.default;
}
