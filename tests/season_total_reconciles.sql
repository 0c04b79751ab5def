-- The season's total, the customers' lifetime spend and the carts' own values are three ways to one sum.
with sums as (
  select
    (select sum(total_sales) from {{ ref('season_sales') }}) as season,
    (select sum(lifetime_spend) from {{ ref('user_summaries') }}) as customers,
    (select sum(total_cart_value) from {{ carts_once(ref('carts_table')) }} as cart) as carts
)

select season, customers, carts
from sums
where coalesce(season, 0) <> coalesce(customers, 0) or coalesce(season, 0) <> coalesce(carts, 0)
