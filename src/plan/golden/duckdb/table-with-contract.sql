-- prepare
create schema if not exists "shop";

-- ## model model.users
-- describe
select * from (
select id, "first name" from "shop"."people"
) as etlx_model limit 0;
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" (
  "id" INTEGER not null,
  "first name" VARCHAR not null check (length("first name") <= 255)
);
insert into "shop"."etlx_users_497dc053c8e30c9b" ("id", "first name")
select "id", "first name" from (
select id, "first name" from "shop"."people"
) as etlx_model;
alter table "shop"."etlx_users_497dc053c8e30c9b" add primary key ("id");
-- publish
alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
create unique index "users_first name_id_key" on "shop"."users" ("first name", "id");
