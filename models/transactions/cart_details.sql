select
  cart_id,
  user_id,
  product_id,
  quantity,
  price,
  total_cart_value
from {{ ref('user_transactions') }}
