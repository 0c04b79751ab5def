-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## model model.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select 2 as id
);
analyze "shop"."etlx_users_497dc053c8e30c9b";
-- ask: merge by "id", "day" into "shop"."users", in the columns that both have; if they differ: on_schema_change fail
select attname as name, pg_catalog.format_type(atttypid, atttypmod) as type, attnotnull as required from pg_catalog.pg_attribute where attrelid = '"shop"."users"'::regclass and attnum > 0 and not attisdropped order by attnum;
select attname as name, pg_catalog.format_type(atttypid, atttypmod) as type, attnotnull as required from pg_catalog.pg_attribute where attrelid = '"shop"."etlx_users_497dc053c8e30c9b"'::regclass and attnum > 0 and not attisdropped order by attnum;
select count(*) as keys, min(coalesce(cast("id" as varchar), 'null') || ', ' || coalesce(cast("day" as varchar), 'null')) as example from (select "id", "day" from "shop"."etlx_users_497dc053c8e30c9b" group by "id", "day" having count(*) > 1) as etlx_repeated;
-- add
alter table "shop"."etlx_users_497dc053c8e30c9b" add column "etlx_is_known" boolean;
update "shop"."etlx_users_497dc053c8e30c9b" as dbt_internal_source set "etlx_is_known" = true
from "shop"."users" as dbt_internal_dest
where dbt_internal_dest."id" = dbt_internal_source."id" and dbt_internal_dest."day" = dbt_internal_source."day";
update "shop"."etlx_users_497dc053c8e30c9b" as dbt_internal_source set "etlx_is_known" = true
from "shop"."users" as dbt_internal_dest
where (dbt_internal_source."day" is null) and dbt_internal_dest."id" = dbt_internal_source."id" and dbt_internal_dest."day" is not distinct from dbt_internal_source."day" and array[dbt_internal_dest."day"] = array[dbt_internal_source."day"];
update "shop"."users" as dbt_internal_dest set "amount" = dbt_internal_source."amount"
from "shop"."etlx_users_497dc053c8e30c9b" as dbt_internal_source
where dbt_internal_dest."id" = dbt_internal_source."id" and dbt_internal_dest."day" = dbt_internal_source."day";
update "shop"."users" as dbt_internal_dest set "amount" = dbt_internal_source."amount"
from "shop"."etlx_users_497dc053c8e30c9b" as dbt_internal_source
where (dbt_internal_source."day" is null) and dbt_internal_dest."id" = dbt_internal_source."id" and dbt_internal_dest."day" is not distinct from dbt_internal_source."day" and array[dbt_internal_dest."day"] = array[dbt_internal_source."day"];
insert into "shop"."users" ("id", "day", "amount")
select "id", "day", "amount" from "shop"."etlx_users_497dc053c8e30c9b"
where "etlx_is_known" is null;
-- audit test.not_null_users
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (
select * from "shop"."users" where id is null
) as etlx_test;
-- publish
drop table "shop"."etlx_users_497dc053c8e30c9b";
