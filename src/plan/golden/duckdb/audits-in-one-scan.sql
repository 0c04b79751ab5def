-- prepare
create schema if not exists "kept";
create schema if not exists "shop";

-- ## model model.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select 1 as id
);
-- audits test.has_id, test.known
select
failures_1, failures_1 != 0 as should_warn_1, failures_1 != 0 as should_error_1,
failures_2, failures_2 != 0 as should_warn_2, failures_2 > 5 as should_error_2
from (
select
count(*) filter (where id is null
) as failures_1,
count(*) filter (where id not in (1)
) as failures_2
from "shop"."etlx_users_497dc053c8e30c9b"
) as etlx_tests;
-- audit test.alone
select sum(id) as failures, sum(id) != 0 as should_warn, sum(id) != 0 as should_error from (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
) as etlx_test;
-- audit test.has_id
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
) as etlx_test;
-- audit test.kept
drop view if exists "kept"."kept";
create table "kept"."kept" as (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
);
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from "kept"."kept";
-- audit test.known
select count(*) as failures, count(*) != 0 as should_warn, count(*) > 5 as should_error from (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
) as etlx_test;
-- audit test.seen
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (
select * from "shop"."etlx_users_497dc053c8e30c9b" where id is null
) as etlx_test;
-- or, when an audit fails
drop table "shop"."etlx_users_497dc053c8e30c9b";
-- publish
alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
drop view if exists "kept"."seen";
create view "kept"."seen" as (
select * from "shop"."users" where id is null
);
