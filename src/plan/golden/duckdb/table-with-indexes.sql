-- prepare
create schema if not exists "shop";

-- ## model model.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select 1 as id
);
-- publish
alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
create unique index "users_id_name_idx" on "shop"."users" ("id", "name");
create index "by_name" on "shop"."users" ("name");
