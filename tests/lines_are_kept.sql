-- No join loses or repeats a cart line: each stands once, with its quantity, in every table of transactions.
with copies as (
  select cart_id, product_id, quantity from {{ ref('user_transactions') }}
  union all
  select cart_id, product_id, quantity from {{ ref('enriched_transactions') }}
  union all
  select cart_id, product_id, quantity from {{ ref('cart_details') }}
),

counted as (
  select cart_id, product_id, count(*) as copies, min(quantity) as least, max(quantity) as most
  from copies
  group by cart_id, product_id
)

select line.cart_id, line.product_id, counted.cart_id as copied_cart_id, counted.product_id as copied_product_id, counted.copies
from {{ ref('carts_table') }} as line
full join counted on counted.cart_id = line.cart_id and counted.product_id = line.product_id
where counted.copies is distinct from 3 or line.quantity is distinct from counted.least or line.quantity is distinct from counted.most
