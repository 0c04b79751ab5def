import { Client, type ClientConfig } from 'pg';
import { databaseErrorOf } from './databaseError';

/** The first row of a question's answer, its values as texts. */
export type Answer = Readonly<Record<string, string | null>> | undefined;

/** Asks `sql` over a connection of its own. Throws DatabaseError. */
export type Ask = (sql: string) => Promise<Answer>;

/**
 * Asks one question over a connection of its own, apart from those that work and may hang; the whole of it takes at most `limit`
 * milliseconds. Throws DatabaseError.
 */
export async function askApart(config: ClientConfig, sql: string, limit: number): Promise<Answer> {
  const client = new Client(config);
  // What comes after the answer, or after giving up, concerns nobody.
  client.on('error', () => undefined);
  const timer = setTimeout(() => client.connection.stream.destroy(noAnswer(limit)), limit);
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, string | null>>({ text: sql, types: { getTypeParser: () => String } });
    return rows[0];
  } catch (error) {
    throw databaseErrorOf(error);
  } finally {
    clearTimeout(timer);
    // A polite goodbye; nobody waits for the server to hear it.
    client.end().catch(() => undefined);
  }
}

const noAnswer = (limit: number): Error => Object.assign(new Error(`no answer within ${limit / 1000} s`), { code: 'ETIMEDOUT' });
