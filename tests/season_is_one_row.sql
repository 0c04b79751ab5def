-- The season has exactly one row, even when nothing was sold.
select count(*) as season_rows
from {{ ref('season_sales') }}
having count(*) <> 1
