import { literal, relationName, type Relation } from '../core/relation';
import { doBlock } from './doBlock';

export interface Swap {
  /** What is replaced, and what the new one is called in the end. */
  readonly relation: Relation;
  /** Drops what the catalog knows to stand there; undefined when it knows of nothing. */
  readonly drop: string | undefined;
  /** Puts the new one in its place. */
  readonly swap: readonly string[];
  /** Milliseconds after which a relation that others keep in use is given up. */
  readonly patience: number;
}

/**
 * How long a swap stands in line for a lock at a time, in milliseconds: whoever comes after it waits as long. PostgreSQL lets nobody overtake who waits
 * for an exclusive lock, so a swap that waited for one slow reader would hold up all the quick ones.
 */
const IN_LINE = 300;

/** A block that swaps and gives way to readers. It reads no name by the session's search path, on which others may have put functions. */
export function swapBlock({ relation, drop, swap, patience }: Swap): string {
  const name = literal(relationName(relation));
  const body = drop === undefined ? dropWhatStands(name) : `${drop};`;
  return doBlock(`
declare
  path constant text := pg_catalog.current_setting('search_path');
begin
  perform pg_catalog.set_config('search_path', '', true);
${givingWay(name, patience, `        ${body}`)}
${swap.map((sql) => `  ${sql};`).join('\n')}
  perform set_config('search_path', path, true);
end
`);
}

/** What another run has put there since this one looked. What is neither table nor view stays, and the swap fails on its name. */
const dropWhatStands = (name: string): string => `execute coalesce((
          select format('drop %s %s', case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, c.oid::regclass)
          from pg_class c where c.oid = to_regclass(${name}) and c.relkind in ('r', 'v', 'm')
        ), 'select');`;

/**
 * PL/pgSQL that runs `body`, which takes locks, and when it does not get them in time, lets go of those it has, pauses, and tries again. A body
 * of several such statements puts `BUDGET` before each. What was built before stays built.
 */
export function givingWay(name: string, patience: number, body: string): string {
  return `  declare
    own constant text := current_setting('lock_timeout');
    deadline constant timestamptz := clock_timestamp() + interval '${Math.round(patience)} milliseconds';
    began timestamptz;
    pause float8 := 0.1;
  begin
    loop
      begin
        began := clock_timestamp();
        ${BUDGET}
${body}
        perform set_config('lock_timeout', own, true);
        exit;
      exception when lock_not_available then
        if clock_timestamp() > deadline then
          raise exception '% is in use, and could not be replaced within ${patience / 1000} s', ${name}
            using errcode = 'lock_not_available', hint = 'end what reads it, or raise \`timeouts: {publish: …}\` of the target', detail = coalesce((
              select string_agg(format('process %s (%s, %s) has held it for %s s', a.pid, a.usename, coalesce(nullif(a.application_name, ''), 'unnamed'),
                extract(epoch from clock_timestamp() - a.xact_start)::int), '; ')
              from (select distinct l.pid from pg_locks l where l.granted and l.relation = to_regclass(${name})
                and l.database = (select d.oid from pg_database d where d.datname = current_database())) held
              join pg_stat_activity a on a.pid = held.pid
            ), 'who holds it is not to be seen');
        end if;
        perform pg_sleep(pause * (0.5 + random() / 2));
        pause := least(pause * 2, 2);
      end;
    end loop;
  end;
`;
}

/** Sets what is left of the time in line; all the locks of one try share it. */
export const BUDGET = `perform set_config('lock_timeout', greatest(1, ${IN_LINE} - (extract(epoch from clock_timestamp() - began) * 1000)::int)::text, true);`;
