-- A cart has one customer and one value on all its lines; `carts_once` and all sums over carts rest on it.
select cart_id, count(*) as variants
from {{ carts_once(ref('carts_table')) }} as cart
group by cart_id
having count(*) > 1
