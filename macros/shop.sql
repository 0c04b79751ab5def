{{!-- Each cart of a relation of cart lines once, with its customer and its value, which stands on every line. --}}
{{#macro carts_once(lines)}}
(
  select distinct cart_id, user_id, total_cart_value
  from {{ lines }}
)
{{/macro}}

{{!-- What one piece of a cart line costs: the cart's price, else the product's. Takes the aliases of both relations. --}}
{{#macro line_price(line, product)}}
coalesce({{ line }}.price, {{ product }}.price)
{{/macro}}
