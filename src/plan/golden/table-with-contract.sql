-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## model model.users
-- describe
select * from (
select id, "first name" from "shop"."people"
) as etlx_model limit 0;
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" (
  "id" INT constraint "users_id_not_null" not null,
  "first name" VARCHAR(255) constraint "users_first name_not_null" not null
);
insert into "shop"."etlx_users_497dc053c8e30c9b" ("id", "first name")
select "id", "first name" from (
select id, "first name" from "shop"."people"
) as etlx_model;
alter table "shop"."etlx_users_497dc053c8e30c9b" add constraint "etlx_users_497dc053c8e30c9b_pkey" primary key ("id");
alter table "shop"."etlx_users_497dc053c8e30c9b" add constraint "etlx_users_497dc053c8e30c9b_first name_id_key" unique ("first name", "id");
analyze "shop"."etlx_users_497dc053c8e30c9b";
-- publish
alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
alter table "shop"."users" rename constraint "etlx_users_497dc053c8e30c9b_pkey" to "users_pkey";
alter table "shop"."users" rename constraint "etlx_users_497dc053c8e30c9b_first name_id_key" to "users_first name_id_key";
