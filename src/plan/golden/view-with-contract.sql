-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## model model.users
-- describe
select * from (
select 1 as id
) as etlx_model limit 0;
-- build
create view "shop"."etlx_users_497dc053c8e30c9b" as (
select cast("id" as INT) as "id", cast("name" as TEXT) as "name" from (
select 1 as id
) as etlx_model
);
-- publish
alter view "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
