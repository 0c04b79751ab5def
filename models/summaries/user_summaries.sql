with bought as (
  select
    user_id,
    first_name,
    round(avg(total_cart_value), 3) as total_spend,
    sum(quantity) as total_items,
    age,
    city
  from {{ ref('user_transactions') }}
  group by user_id, first_name, age, city
),

spent as (
  select
    user_id,
    count(*) as cart_count,
    sum(total_cart_value) as lifetime_spend
  from {{ carts_once(ref('user_transactions')) }} as cart
  group by user_id
)

select
  bought.user_id,
  bought.first_name,
  bought.total_spend,
  bought.total_items,
  bought.age,
  bought.city,
  spent.cart_count,
  spent.lifetime_spend
from bought
join spent on spent.user_id = bought.user_id
