-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## model model.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select 1 as id
);
alter table "shop"."etlx_users_497dc053c8e30c9b" alter column "name" set not null;
alter table "shop"."etlx_users_497dc053c8e30c9b" add constraint "etlx_users_497dc053c8e30c9b_pkey" primary key ("id");
analyze "shop"."etlx_users_497dc053c8e30c9b";
-- publish
alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
alter table "shop"."users" rename constraint "etlx_users_497dc053c8e30c9b_pkey" to "users_pkey";
