-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## model model.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select 1 as id
);
analyze "shop"."etlx_users_497dc053c8e30c9b";
-- publish
drop materialized view "shop"."users";
alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
