-- The categories' pieces and sales are those of the enriched lines that have a category.
with by_category as (
  select
    coalesce(sum(total_items_sold), 0) as items,
    coalesce(sum(gross_sales), 0) as sales
  from {{ ref('category_sales_summary') }}
),

by_line as (
  select
    coalesce(sum(quantity), 0) as items,
    coalesce(sum(quantity * price), 0) as sales
  from {{ ref('enriched_transactions') }}
  where category is not null
)

select by_category.items, by_category.sales, by_line.items as line_items, by_line.sales as line_sales
from by_category
cross join by_line
where by_category.items <> by_line.items or by_category.sales <> by_line.sales
