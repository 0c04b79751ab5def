-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## snapshot snapshot.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select etlx_source.*, md5(coalesce(cast("id" as varchar), '') || '|' || coalesce(cast("day" as varchar), '') || '|' || coalesce(cast(current_timestamp at time zone 'utc' as varchar), '')) as "dbt_scd_id", current_timestamp at time zone 'utc' as "dbt_updated_at", current_timestamp at time zone 'utc' as "dbt_valid_from", coalesce(nullif(current_timestamp at time zone 'utc', current_timestamp at time zone 'utc'), date '9999-12-31') as "dbt_valid_to", cast('False' as varchar) as "dbt_is_deleted"
from (
select * from "shop"."people"
) as etlx_source
);
analyze "shop"."etlx_users_497dc053c8e30c9b";
-- ask: snapshot: every row is the first version of its key
select attname as name, pg_catalog.format_type(atttypid, atttypmod) as type, attnotnull as required from pg_catalog.pg_attribute where attrelid = '"shop"."etlx_users_497dc053c8e30c9b"'::regclass and attnum > 0 and not attisdropped order by attnum;
select attname as name, pg_catalog.format_type(atttypid, atttypmod) as type, attnotnull as required from pg_catalog.pg_attribute where attrelid = '"shop"."etlx_users_497dc053c8e30c9b"'::regclass and attnum > 0 and not attisdropped order by attnum;
select keys, example, 0 as timeless from (select count(*) as keys, min(coalesce(cast("id" as varchar), 'null') || ', ' || coalesce(cast("day" as varchar), 'null')) as example from (select "id", "day" from "shop"."etlx_users_497dc053c8e30c9b" group by "id", "day" having count(*) > 1) as etlx_repeated) as etlx_keys;
-- publish
alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
