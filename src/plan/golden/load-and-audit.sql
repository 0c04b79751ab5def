-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## extract extract.api.users

-- ## dataset dataset.api.users after extract.api.users

-- ## load source.api.users after dataset.api.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" (
  "id" INT constraint "users_id_not_null" not null,
  "title" VARCHAR(255)
);
-- finish
alter table "shop"."etlx_users_497dc053c8e30c9b" add constraint "etlx_users_497dc053c8e30c9b_pkey" primary key ("id");
analyze "shop"."etlx_users_497dc053c8e30c9b";
-- audit test.not_null_users
select count(*) as failures, count(*) > 1 as should_warn, count(*) != 0 as should_error from (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
limit 10
) as etlx_test;
-- publish
alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
alter table "shop"."users" rename constraint "etlx_users_497dc053c8e30c9b_pkey" to "users_pkey";
