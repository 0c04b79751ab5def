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
-- publish
drop table "shop"."users";
alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
comment on table "shop"."users" is 'who''s who';
comment on column "shop"."users"."id" is 'the number';
