import type { Timeouts } from '../core/manifest';
import { literal } from '../core/relation';

/** A setting of a session, and whether a server that refuses it is a reason to stop. */
interface Setting {
  readonly name: string;
  readonly value: string;
  readonly required: boolean;
}

/** An open transaction that does nothing holds locks; a client that was stopped must not hold them for ever. */
const IDLE_SECONDS = 120;

/** What every session of a target is set to. Some hosts and poolers forbid one setting or the other; only what the user asked for is worth failing for. */
export function settingsOf(timeouts: Timeouts = {}, session: Readonly<Record<string, string>> = {}): readonly Setting[] {
  const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)}ms`;
  return [
    // Dates read the same whatever the server is set to.
    { name: 'datestyle', value: 'iso', required: false },
    {
      name: 'idle_in_transaction_session_timeout',
      value: milliseconds(timeouts.idle ?? IDLE_SECONDS),
      required: timeouts.idle !== undefined,
    },
    ...(timeouts.statement === undefined ? [] : [{ name: 'statement_timeout', value: milliseconds(timeouts.statement), required: true }]),
    ...(timeouts.lock === undefined ? [] : [{ name: 'lock_timeout', value: milliseconds(timeouts.lock), required: true }]),
    ...Object.entries(session).map(([name, value]) => ({ name, value, required: true })),
  ];
}

/** The server stops the query of a client that is gone; without it the query runs to its end, and its locks stay. */
const checked: Setting = { name: 'client_connection_check_interval', value: '2s', required: false };

/**
 * One message that sets a new session up, and answers its process as `pid`. A pooler between etlx and the server gives the client a process
 * number of its own, `announced`: there nothing is set, because the session belongs to others a moment later.
 */
export function setupScript(settings: readonly Setting[], announced: number): string {
  const lines = [...settings, checked].map(({ name, value, required }) => {
    const set = `perform pg_catalog.set_config(${literal(name)}, ${literal(value)}, false);`;
    return required ? set : `begin ${set} exception when others then null; end;`;
  });
  const body = `begin if pg_catalog.pg_backend_pid() = ${announced} then\n${lines.join('\n')}\nend if; end`;
  // A literal in place of dollar quotes, which a setting's value could end.
  return `do ${literal(body)};\nselect pg_catalog.pg_backend_pid()::text as pid`;
}

/** One statement that sets the transaction which it stands in, for sessions that are shared. */
export function transactionSettings(settings: readonly Setting[]): string {
  return `select ${settings.map(({ name, value }) => `pg_catalog.set_config(${literal(name)}, ${literal(value)}, true)`).join(', ')}`;
}
