-- prepare
create schema if not exists "shop";

-- ## model model.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select 2 as id
);
-- ask: append into "shop"."users", in the columns that both have; if they differ: on_schema_change fail
select column_name as name, data_type as type, not is_nullable as required from duckdb_columns() where database_name = current_database() and schema_name = 'shop' and table_name = 'users' order by column_index;
select column_name as name, data_type as type, not is_nullable as required from duckdb_columns() where database_name = current_database() and schema_name = 'shop' and table_name = 'etlx_users_497dc053c8e30c9b' order by column_index;
-- add
insert into "shop"."users" ("id", "day", "amount")
select "id", "day", "amount" from "shop"."etlx_users_497dc053c8e30c9b";
-- publish
drop table "shop"."etlx_users_497dc053c8e30c9b";
