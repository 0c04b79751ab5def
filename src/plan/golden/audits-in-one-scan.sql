-- prepare
do $etlx$ begin if to_regnamespace('"kept"') is null then create schema "kept"; end if; end $etlx$;
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## model model.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select 1 as id
);
analyze "shop"."etlx_users_497dc053c8e30c9b";
-- audits test.has_id, test.known
select
failures_1, failures_1 != 0 as should_warn_1, failures_1 != 0 as should_error_1,
failures_2, failures_2 != 0 as should_warn_2, failures_2 > 5 as should_error_2
from (
select
count(*) filter (where id is null
) as failures_1,
count(*) filter (where id not in (1)
) as failures_2
from "shop"."etlx_users_497dc053c8e30c9b"
) as etlx_tests;
-- audit test.alone
select sum(id) as failures, sum(id) != 0 as should_warn, sum(id) != 0 as should_error from (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
) as etlx_test;
-- audit test.has_id
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
) as etlx_test;
-- audit test.kept
drop view if exists "kept"."kept";
create table "kept"."kept" as (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
);
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from "kept"."kept";
-- audit test.known
select count(*) as failures, count(*) != 0 as should_warn, count(*) > 5 as should_error from (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
) as etlx_test;
-- audit test.seen
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
) as etlx_test;
-- or, when an audit fails
drop table "shop"."etlx_users_497dc053c8e30c9b";
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
        execute coalesce((
          select format('drop %s %s', case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, c.oid::regclass)
          from pg_class c where c.oid = to_regclass('"shop"."users"') and c.relkind in ('r', 'v', 'm')
        ), 'select');
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

  alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
  perform set_config('search_path', path, true);
end
$etlx$;
drop view if exists "kept"."seen";
create view "kept"."seen" as (
select * from "shop"."users" where id is null
);
