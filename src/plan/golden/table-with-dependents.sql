-- prepare
do $etlx$ begin if to_regnamespace('"shop"') is null then create schema "shop"; end if; end $etlx$;

-- ## model model.users
-- build
create table "shop"."etlx_users_497dc053c8e30c9b" as (
select 1 as id
);
alter table "shop"."etlx_users_497dc053c8e30c9b" add constraint "etlx_users_497dc053c8e30c9b_pkey" primary key ("id");
analyze "shop"."etlx_users_497dc053c8e30c9b";
-- publish
do $etlx$
declare
  path constant text := pg_catalog.current_setting('search_path');
  kept jsonb;
  item jsonb;
  part jsonb;
  given record;
begin
  -- definitions are written with full names when nothing is on the path
  perform pg_catalog.set_config('search_path', '', true);
  declare
    own constant text := current_setting('lock_timeout');
    deadline constant timestamptz := clock_timestamp() + interval '60000 milliseconds';
    began timestamptz;
    pause float8 := 0.1;
  begin
    loop
      begin
        began := clock_timestamp();
        perform set_config('lock_timeout', greatest(1, 300 - (extract(epoch from clock_timestamp() - began) * 1000)::int)::text, true);
        -- two swaps that remake the same view would undo each other
        perform pg_advisory_xact_lock(hashtextextended('etlx:publish', 0));

        with recursive views (oid, depth) as (
          select to_regclass('"shop"."users"')::oid, 0
          union
          select r.ev_class, v.depth + 1
          from views v
          join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = v.oid and d.classid = 'pg_rewrite'::regclass
          join pg_rewrite r on r.oid = d.objid and r.ev_class <> v.oid
          join pg_class c on c.oid = r.ev_class and c.relkind in ('v', 'm')
        ), ordered as (
          select oid, max(depth) as depth from views where oid is not null group by oid
        )
        select jsonb_agg(jsonb_build_object(
          'name', c.oid::regclass::text, 'kind', case c.relkind when 'm' then 'materialized view' else 'view' end, 'depth', o.depth, 'owner', c.relowner::bigint, 'acl', c.relacl::text, 'comment', obj_description(c.oid, 'pg_class'),
          'options', array_to_string(c.reloptions, ', '),
          'definition', case when o.depth > 0 then rtrim(pg_get_viewdef(c.oid), ';') || case c.relkind when 'm' then ' with no data' else '' end end,
          'is_filled', o.depth > 0 and c.relkind = 'm' and c.relispopulated,
          'further', case when c.relkind = 'm' then (
            select jsonb_agg(statement) from (
              select pg_get_indexdef(i.indexrelid) as statement from pg_index i where i.indrelid = c.oid
              union all
              select format('comment on rule "_RETURN" on %s is %L', c.oid::regclass, obj_description(r.oid, 'pg_rewrite')) from pg_rewrite r where r.ev_class = c.oid
            ) made
          ) end,
          'placeholder', case when o.depth > 0 and false then (
            select format('select %s where (%L || '''')::int = 0' || case c.relkind when 'm' then ' with no data' else '' end,
              string_agg(format('null::%s as %I', format_type(a.atttypid, a.atttypmod), a.attname), ', ' order by a.attnum),
              format('%s waits for its rebuild by etlx', c.oid::regclass))
            from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          ) end,
          'columns', (
            select jsonb_agg(jsonb_build_object('name', a.attname, 'acl', a.attacl::text, 'comment', col_description(c.oid, a.attnum)))
            from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and (a.attacl is not null or col_description(c.oid, a.attnum) is not null)
          ),
          'lost', coalesce(
            case when c.relrowsecurity then 'its row level security' end,
            (select 'the trigger ' || quote_ident(t.tgname) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal limit 1),
            (select 'the rule ' || quote_ident(r.rulename) from pg_rewrite r where r.ev_class = c.oid and r.rulename <> '_RETURN' limit 1),
            (select 'its place in the publication ' || quote_ident(p.pubname)
              from pg_publication_rel m join pg_publication p on p.oid = m.prpubid where m.prrelid = c.oid limit 1),
            (select 'the default of its column ' || quote_ident(a.attname)
              from pg_attrdef f join pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum where f.adrelid = c.oid and c.relkind = 'v' limit 1)
          )
        ) order by o.depth)
        into kept
        from ordered o join pg_class c on c.oid = o.oid;

        for item in select value from jsonb_array_elements(kept) where value->>'lost' is not null loop
          raise exception '% cannot be rebuilt: % would be lost', item->>'name', item->>'lost' using errcode = 'dependent_objects_still_exist';
        end loop;
        for item in select value from jsonb_array_elements(kept) with ordinality where (value->>'depth')::int > 0 order by ordinality desc loop
          perform set_config('lock_timeout', greatest(1, 300 - (extract(epoch from clock_timestamp() - began) * 1000)::int)::text, true);
          execute format('drop %s %s', item->>'kind', item->>'name');
        end loop;
        perform set_config('lock_timeout', greatest(1, 300 - (extract(epoch from clock_timestamp() - began) * 1000)::int)::text, true);
        drop table "shop"."users";
        perform set_config('lock_timeout', own, true);
        exit;
      exception when lock_not_available then
        if clock_timestamp() > deadline then
          raise exception '% is in use, and could not be replaced within 60 s', '"shop"."users"'
            using errcode = 'lock_not_available', hint = 'end what reads it, or raise `timeouts: {publish: …}` of the target', detail = coalesce((
              select string_agg(format('process %s (%s, %s) has held it for %s s', a.pid, a.usename, coalesce(nullif(a.application_name, ''), 'unnamed'),
                extract(epoch from clock_timestamp() - a.xact_start)::int), '; ')
              from (select distinct l.pid from pg_locks l where l.granted and l.relation = to_regclass('"shop"."users"')
                and l.database = (select d.oid from pg_database d where d.datname = current_database())) held
              join pg_stat_activity a on a.pid = held.pid
            ), 'who holds it is not to be seen');
        end if;
        perform pg_sleep(pause * (0.5 + random() / 2));
        pause := least(pause * 2, 2);
      end;
    end loop;
  end;

  alter table "shop"."etlx_users_497dc053c8e30c9b" rename to "users";
  alter table "shop"."users" rename constraint "etlx_users_497dc053c8e30c9b_pkey" to "users_pkey";

  for item in select value from jsonb_array_elements(kept) loop
    if (item->>'depth')::int > 0 then
      begin
        execute format('create %s %s%s as %s', item->>'kind', item->>'name', ' with (' || (item->>'options') || ')', item->>'definition');
        for part in select value from jsonb_array_elements(case jsonb_typeof(item->'further') when 'array' then item->'further' end) loop
          execute part #>> '{}';
        end loop;
      exception when others then
        if item->>'placeholder' is null then
          raise exception 'the % % cannot be rebuilt: %', item->>'kind', item->>'name', sqlerrm using errcode = sqlstate;
        end if;
        execute format('create %s %s as %s', item->>'kind', item->>'name', item->>'placeholder');
      end;
    end if;
    if (item->>'owner')::oid <> (select c.relowner from pg_class c where c.oid = to_regclass(item->>'name')) then
      execute format('alter table %s owner to %I', item->>'name', pg_get_userbyid((item->>'owner')::oid));
    end if;
    if item->>'acl' is distinct from (select c.relacl::text from pg_class c where c.oid = to_regclass(item->>'name')) then
      for given in
        select distinct a.grantee from pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a where c.oid = to_regclass(item->>'name')
      loop
        execute format('revoke all on %s from %s', item->>'name', case given.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(given.grantee)) end);
      end loop;
      for given in
        select a.grantee, case when a.is_grantable then ' with grant option' end as option, string_agg(a.privilege_type, ', ') as privileges
        from aclexplode(coalesce((item->>'acl')::aclitem[], acldefault('r', (item->>'owner')::oid)))
          with ordinality a (grantor, grantee, privilege_type, is_grantable, place) group by 1, 2 order by min(a.place)
      loop
        execute format('grant %s on %s to %s%s', given.privileges, item->>'name', case given.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(given.grantee)) end, given.option);
      end loop;
    end if;
    if item->>'comment' is not null then
      execute format('comment on %s %s is %L',
        (select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end from pg_class c where c.oid = to_regclass(item->>'name')), item->>'name', item->>'comment');
    end if;
    for part in
      select value from jsonb_array_elements(case jsonb_typeof(item->'columns') when 'array' then item->'columns' end)
      join pg_attribute a on a.attname = value->>'name' and not a.attisdropped where a.attrelid = to_regclass(item->>'name')
    loop
      if part->>'comment' is not null then
        execute format('comment on column %s.%I is %L', item->>'name', part->>'name', part->>'comment');
      end if;
      for given in
        select a.grantee, a.privilege_type, case when a.is_grantable then ' with grant option' end as option from aclexplode((part->>'acl')::aclitem[]) a
      loop
        execute format('grant %s (%I) on %s to %s%s', given.privilege_type, part->>'name', item->>'name', case given.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(given.grantee)) end, given.option);
      end loop;
    end loop;
    if (item->>'is_filled')::boolean then
      -- with the rights of its owner, whose functions may be in it
      execute format('refresh materialized view %s', item->>'name');
    end if;
  end loop;
  perform set_config('search_path', path, true);
end
$etlx$;
