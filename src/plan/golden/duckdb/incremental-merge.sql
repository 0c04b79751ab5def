-- prepare
create schema if not exists "shop";

-- ## model model.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select 2 as id
);
-- ask: merge by "id", "day" into "shop"."users", in the columns that both have; if they differ: on_schema_change fail
select column_name as name, data_type as type, not is_nullable as required from duckdb_columns() where database_name = current_database() and schema_name = 'shop' and table_name = 'users' order by column_index;
select column_name as name, data_type as type, not is_nullable as required from duckdb_columns() where database_name = current_database() and schema_name = 'shop' and table_name = 'etlx_users_497dc053c8e30c9b' order by column_index;
select count(*) as keys, min(coalesce(cast("id" as varchar), 'null') || ', ' || coalesce(cast("day" as varchar), 'null')) as example from (select "id", "day" from "shop"."etlx_users_497dc053c8e30c9b" group by "id", "day" having count(*) > 1) as etlx_repeated;
-- add
alter table "shop"."etlx_users_497dc053c8e30c9b" add column "etlx_is_known" boolean;
update "shop"."etlx_users_497dc053c8e30c9b" as dbt_internal_source set "etlx_is_known" = true
from "shop"."users" as dbt_internal_dest
where dbt_internal_dest."id" = dbt_internal_source."id" and dbt_internal_dest."day" is not distinct from dbt_internal_source."day";
update "shop"."users" as dbt_internal_dest set "amount" = dbt_internal_source."amount"
from "shop"."etlx_users_497dc053c8e30c9b" as dbt_internal_source
where dbt_internal_dest."id" = dbt_internal_source."id" and dbt_internal_dest."day" is not distinct from dbt_internal_source."day";
insert into "shop"."users" ("id", "day", "amount")
select "id", "day", "amount" from "shop"."etlx_users_497dc053c8e30c9b"
where "etlx_is_known" is null;
-- audit test.not_null_users
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (
select * from "shop"."users" where id is null
) as etlx_test;
-- publish
drop table "shop"."etlx_users_497dc053c8e30c9b";
