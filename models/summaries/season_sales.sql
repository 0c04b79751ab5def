select
  (select count(distinct user_id) from {{ ref('user_transactions') }}) as buyers,
  count(*) as carts,
  (select coalesce(sum(quantity), 0) from {{ ref('user_transactions') }}) as items,
  coalesce(sum(total_cart_value), 0) as total_sales
from {{ carts_once(ref('user_transactions')) }} as cart
