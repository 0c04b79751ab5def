select
  line.user_id,
  line.cart_id,
  customer.first_name,
  customer.last_name,
  customer.gender,
  customer.age,
  customer.street,
  customer.city,
  customer.postal_code,
  line.product_id,
  line.quantity,
  line.price,
  line.total_cart_value
from {{ ref('users_table') }} as customer
join {{ ref('carts_table') }} as line on line.user_id = customer.user_id
