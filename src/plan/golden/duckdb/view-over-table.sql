-- prepare
create schema if not exists "shop";

-- ## model model.users
-- build
create view "shop"."etlx_users_497dc053c8e30c9b" as (
select 1 as id
);
-- publish
drop table "shop"."users";
alter view "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
