-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## model model.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select 2 as id
);
analyze "shop"."etlx_users_497dc053c8e30c9b";
-- ask: append into "shop"."users", in the columns that both have; if they differ: on_schema_change fail
select attname as name, pg_catalog.format_type(atttypid, atttypmod) as type, attnotnull as required from pg_catalog.pg_attribute where attrelid = '"shop"."users"'::regclass and attnum > 0 and not attisdropped order by attnum;
select attname as name, pg_catalog.format_type(atttypid, atttypmod) as type, attnotnull as required from pg_catalog.pg_attribute where attrelid = '"shop"."etlx_users_497dc053c8e30c9b"'::regclass and attnum > 0 and not attisdropped order by attnum;
-- add
insert into "shop"."users" ("id", "day", "amount")
select "id", "day", "amount" from "shop"."etlx_users_497dc053c8e30c9b";
-- publish
drop table "shop"."etlx_users_497dc053c8e30c9b";
