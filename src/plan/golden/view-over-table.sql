-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## model model.users
-- build
create view "shop"."etlx_users_497dc053c8e30c9b" as (
select 1 as id
);
-- publish
drop table "shop"."users";
alter view "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
