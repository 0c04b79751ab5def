-- Whoever has a line in a cart has a summary, and nobody else.
select
  line.user_id as buyer,
  summary.user_id as summarised
from (select distinct user_id from {{ ref('carts_table') }}) as line
full join {{ ref('user_summaries') }} as summary on summary.user_id = line.user_id
where line.user_id is null or summary.user_id is null
