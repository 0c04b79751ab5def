select
  product.category,
  avg(line.total_cart_value) as total_sales,
  sum(line.quantity) as total_items_sold,
  sum(line.quantity * {{ line_price('line', 'product') }}) as gross_sales
from {{ ref('carts_table') }} as line
join {{ ref('products_table') }} as product on product.product_id = line.product_id
where product.category is not null
group by product.category
