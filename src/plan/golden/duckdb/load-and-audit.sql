-- prepare
create schema if not exists "shop";

-- ## extract extract.api.users

-- ## dataset dataset.api.users after extract.api.users

-- ## load source.api.users after dataset.api.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" (
  "id" INTEGER not null,
  "title" VARCHAR check (length("title") <= 255)
);
-- finish
alter table "shop"."etlx_users_497dc053c8e30c9b" add primary key ("id");
-- audit test.not_null_users
select count(*) as failures, count(*) > 1 as should_warn, count(*) != 0 as should_error from (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
limit 10
) as etlx_test;
-- publish
alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
