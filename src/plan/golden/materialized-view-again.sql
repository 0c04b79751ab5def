-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## model model.users
-- build
refresh materialized view concurrently "shop"."users";
