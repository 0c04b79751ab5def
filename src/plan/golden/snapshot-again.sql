-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## snapshot snapshot.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select * from "shop"."people"
);
analyze "shop"."etlx_users_497dc053c8e30c9b";
-- ask: snapshot: versions of changed rows in "shop"."users" end, and new ones begin
select attname as name, pg_catalog.format_type(atttypid, atttypmod) as type, attnotnull as required from pg_catalog.pg_attribute where attrelid = '"shop"."users"'::regclass and attnum > 0 and not attisdropped order by attnum;
select attname as name, pg_catalog.format_type(atttypid, atttypmod) as type, attnotnull as required from pg_catalog.pg_attribute where attrelid = '"shop"."etlx_users_497dc053c8e30c9b"'::regclass and attnum > 0 and not attisdropped order by attnum;
select keys, example, 0 as timeless from (select count(*) as keys, min(coalesce(cast("id" as varchar), 'null') || ', ' || coalesce(cast("day" as varchar), 'null')) as example from (select "id", "day" from "shop"."etlx_users_497dc053c8e30c9b" group by "id", "day" having count(*) > 1) as etlx_repeated) as etlx_keys;
-- add
update "shop"."users" as etlx_old set "dbt_valid_to" = greatest(cast(current_timestamp at time zone 'utc' as timestamp), etlx_old."dbt_valid_from")
from "shop"."etlx_users_497dc053c8e30c9b" as etlx_new
where array[etlx_old."id"] = array[cast(etlx_new."id" as integer)] and array[etlx_old."day"] = array[cast(etlx_new."day" as integer)] and (etlx_old."dbt_valid_to" is null or etlx_old."dbt_valid_to" = (date '9999-12-31')) and (etlx_old."amount" is distinct from etlx_new."amount" or coalesce(lower(cast(etlx_old."dbt_is_deleted" as varchar)) = 'true', false));
insert into "shop"."users" ("id", "day", "amount", "dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to", "dbt_is_deleted")
select etlx_old."id", etlx_old."day", etlx_old."amount", md5(coalesce(cast(etlx_old."dbt_scd_id" as varchar), '') || '|' || coalesce(cast(cast(current_timestamp at time zone 'utc' as timestamp) as varchar), '')), cast(current_timestamp at time zone 'utc' as timestamp), greatest(cast(current_timestamp at time zone 'utc' as timestamp), etlx_old."dbt_valid_from"), etlx_old."dbt_valid_to", 'True'
from "shop"."users" as etlx_old
where (etlx_old."dbt_valid_to" is null or etlx_old."dbt_valid_to" = (date '9999-12-31')) and not coalesce(lower(cast(etlx_old."dbt_is_deleted" as varchar)) = 'true', false) and not exists (select 1 from "shop"."etlx_users_497dc053c8e30c9b" as etlx_new where array[etlx_old."id"] = array[cast(etlx_new."id" as integer)] and array[etlx_old."day"] = array[cast(etlx_new."day" as integer)]);
update "shop"."users" as etlx_old set "dbt_valid_to" = greatest(cast(current_timestamp at time zone 'utc' as timestamp), etlx_old."dbt_valid_from")
where (etlx_old."dbt_valid_to" is null or etlx_old."dbt_valid_to" = (date '9999-12-31')) and not coalesce(lower(cast(etlx_old."dbt_is_deleted" as varchar)) = 'true', false) and not exists (select 1 from "shop"."etlx_users_497dc053c8e30c9b" as etlx_new where array[etlx_old."id"] = array[cast(etlx_new."id" as integer)] and array[etlx_old."day"] = array[cast(etlx_new."day" as integer)]);
insert into "shop"."users" ("id", "day", "amount", "dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to", "dbt_is_deleted")
select "id", "day", "amount", md5(coalesce(cast("id" as varchar), '') || '|' || coalesce(cast("day" as varchar), '') || '|' || coalesce(cast(etlx_begins as varchar), '')), etlx_moment, etlx_begins, date '9999-12-31', 'False'
from (
select etlx_new.*, cast(current_timestamp at time zone 'utc' as timestamp) as etlx_moment, greatest(cast(current_timestamp at time zone 'utc' as timestamp), etlx_ended) as etlx_begins
from "shop"."etlx_users_497dc053c8e30c9b" as etlx_new
left join (
select "id", "day", max("dbt_valid_to") as etlx_ended from "shop"."users" as etlx_old where not (etlx_old."dbt_valid_to" is null or etlx_old."dbt_valid_to" = (date '9999-12-31')) group by "id", "day"
) as etlx_past on array[etlx_past."id"] = array[cast(etlx_new."id" as integer)] and array[etlx_past."day"] = array[cast(etlx_new."day" as integer)]
where not exists (select 1 from "shop"."users" as etlx_old where array[etlx_old."id"] = array[cast(etlx_new."id" as integer)] and array[etlx_old."day"] = array[cast(etlx_new."day" as integer)] and (etlx_old."dbt_valid_to" is null or etlx_old."dbt_valid_to" = (date '9999-12-31')))
) as etlx_version;
-- audit test.not_null_users
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (
select * from "shop"."users" where id is null
) as etlx_test;
-- publish
drop table "shop"."etlx_users_497dc053c8e30c9b";
