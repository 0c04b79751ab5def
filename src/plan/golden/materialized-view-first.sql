-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## model model.users
-- build
create materialized view "shop"."etlx_users_497dc053c8e30c9b" as (
select 1 as id
);
comment on rule "_RETURN" on "shop"."etlx_users_497dc053c8e30c9b" is 'etlx:de97e971aa72b59c';
create unique index "etlx_users_497dc053c8e30c9b_0_idx" on "shop"."etlx_users_497dc053c8e30c9b" ("id");
analyze "shop"."etlx_users_497dc053c8e30c9b";
-- publish
do $etlx$
declare
  path constant text := pg_catalog.current_setting('search_path');
begin
  perform pg_catalog.set_config('search_path', '', true);
  declare
    own constant text := current_setting('lock_timeout');
    deadline constant timestamptz := clock_timestamp() + interval '60000 milliseconds';
    began timestamptz;
    pause float8 := 0.1;
  begin
    loop
      begin
        began := clock_timestamp();
        perform set_config('lock_timeout', greatest(1, 300 - (extract(epoch from clock_timestamp() - began) * 1000)::int)::text, true);
        drop table "shop"."users";
        perform set_config('lock_timeout', own, true);
        exit;
      exception when lock_not_available then
        if clock_timestamp() > deadline then
          raise exception '% is in use, and could not be replaced within 60 s', '"shop"."users"'
            using errcode = 'lock_not_available', hint = 'end what reads it, or raise `timeouts: {publish: …}` of the target', detail = coalesce((
              select string_agg(format('process %s (%s, %s) has held it for %s s', a.pid, a.usename, coalesce(nullif(a.application_name, ''), 'unnamed'),
                extract(epoch from clock_timestamp() - a.xact_start)::int), '; ')
              from (select distinct l.pid from pg_locks l where l.granted and l.relation = to_regclass('"shop"."users"')
                and l.database = (select d.oid from pg_database d where d.datname = current_database())) held
              join pg_stat_activity a on a.pid = held.pid
            ), 'who holds it is not to be seen');
        end if;
        perform pg_sleep(pause * (0.5 + random() / 2));
        pause := least(pause * 2, 2);
      end;
    end loop;
  end;

  alter materialized view "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
  alter index "shop"."etlx_users_497dc053c8e30c9b_0_idx" rename to "users_id_idx";
  perform set_config('search_path', path, true);
end
$etlx$;
