-- prepare
create schema if not exists "shop";

-- ## model model.users
-- describe
select * from (
select 1 as id
) as etlx_model limit 0;
-- build
create view "shop"."etlx_users_497dc053c8e30c9b" as (
select cast("id" as INTEGER) as "id", cast("name" as VARCHAR) as "name" from (
select 1 as id
) as etlx_model
);
-- publish
alter view "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
