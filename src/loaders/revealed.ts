import { failure, type Location } from '../core/diagnostic';
import { reveal, type Secret } from '../core/secret';
import type { LoaderPorts } from './ports';

export type SecretPlaces = Pick<LoaderPorts, 'env' | 'secretFile'>;

/** What `secret` stands for. Throws `env.missing` and `secret.file`. */
export function revealed(secret: Secret, at: Location, { env, secretFile }: SecretPlaces): string {
  const value = reveal(secret, env, secretFile);
  if (value !== undefined || typeof secret === 'string') return value ?? '';
  throw 'file' in secret ? failure('secret.file', { path: secret.file }, at) : failure('env.missing', { name: secret.env }, at);
}

/** The same for each value of a mapping. */
export const revealedAll = (
  secrets: Readonly<Record<string, Secret>>,
  at: Location,
  places: SecretPlaces,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, revealed(secret, at, places)]));

/** The values of those that were references: what has to be hidden. */
export const secretsOf = (declared: Readonly<Record<string, Secret>>, values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values).flatMap(([name, value]) => (typeof declared[name] === 'string' ? [] : [value]));
