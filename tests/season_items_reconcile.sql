-- Every piece in a cart is counted once by the season, and once by the customers' summaries.
with sums as (
  select
    (select sum(items) from {{ ref('season_sales') }}) as season,
    (select sum(total_items) from {{ ref('user_summaries') }}) as customers,
    (select sum(quantity) from {{ ref('carts_table') }}) as carts
)

select season, customers, carts
from sums
where coalesce(season, 0) <> coalesce(customers, 0) or coalesce(season, 0) <> coalesce(carts, 0)
