-- prepare
create schema if not exists "shop";

-- ## model model.a
-- build
create table "shop"."etlx_a_0560a3bbb6d6b5e2" as (
select 1 as id
);
-- publish
alter table "shop"."etlx_a_0560a3bbb6d6b5e2" rename to "a";

-- ## model model.b
-- build
create table "shop"."etlx_b_056b15bbb6dfcc1d" as (
select 1 as id
);
-- publish
alter table "shop"."etlx_b_056b15bbb6dfcc1d" rename to "b";

-- ## test test.a_equals_b after model.a, model.b
-- check
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (
select * from "shop"."a" where id is null
) as etlx_test;

-- ## model model.c after model.a, model.b, test.a_equals_b
-- build
create table "shop"."etlx_c_0567abbbb6dce228" as (
select 1 as id
);
-- publish
alter table "shop"."etlx_c_0567abbbb6dce228" rename to "c";
