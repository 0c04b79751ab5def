select
  line.cart_id,
  line.user_id,
  line.product_id,
  line.quantity,
  {{ line_price('line', 'product') }} as price,
  line.total_cart_value,
  product.name as product_name,
  product.category,
  product.brand
from {{ ref('carts_table') }} as line
left join {{ ref('products_table') }} as product on product.product_id = line.product_id
