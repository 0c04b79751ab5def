import type { CommandName } from './flags';

/** One line a command. */
export const SUMMARIES: Readonly<Record<CommandName, string>> = {
  build: 'load the sources, build the models, run the tests, all in one graph',
  run: 'build the models alone',
  seed: 'load the files under `seeds/` that have changed',
  snapshot: 'take the rows of the sources of snapshots: end the versions that changed, begin new ones',
  load: 'extract from the APIs, transform, load the source tables',
  test: 'run the tests on what stands in the database',
  clone: 'copy models from where another target of the database has them',
  retry: 'go on with the latest run, or another: what failed, what was skipped, what it never came to',
  plan: 'say what `build --changed` would do, and why; run nothing',
  compile: 'check the whole project and write its compiled SQL; needs no database',
  ls: 'list nodes',
  show: 'show rows of a model, a source table, or a query of your own',
  freshness: 'ask how old the data of source tables and models are',
  docs: "write what the project and its tables look like, for the tools that read dbt's artifacts",
  diff: 'compare a model as it stands with what it would give now, or two relations',
  'create-test': 'write a unit test of a model from real rows',
  'run-operation': 'run the SQL that a macro gives',
  clean: 'remove `target/`, or what `clean` in `project.yaml` lists',
  prune: 'list, and drop, the relations that no node of the project owns any more',
  lake: 'list, and remove, what nobody needs in the lake',
};

export const EXAMPLES: Readonly<Record<CommandName | 'etlx', string>> = {
  etlx: `Examples:
  etlx build                                 everything: load, build, test
  etlx run --select user_summaries+          a model and everything below it
  etlx ls --select @carts_table              what depends on it, and all that needs
  etlx show season_sales                     the rows it gives

Every flag has a variable: ETLX_TARGET=prod is --target prod.`,
  build: `  etlx build
  etlx build --select +user_summaries        a model with all that it needs
  etlx build --target prod --fail-fast
  etlx build --dry-run                       the plan and its SQL, nothing run`,
  run: `  etlx run --select user_summaries+
  etlx run --select tag:metrics --exclude season_sales
  etlx run --empty                           does everything build? in a moment, without a row
  etlx run --sample '3 days'`,
  seed: `  etlx seed
  etlx seed --select countries --full-refresh  load it again, changed or not`,
  snapshot: `  etlx snapshot
  etlx snapshot --select orders_history`,
  load: `  etlx load                                  all sources
  etlx load --select +products_table         one table, with its extraction
  etlx load --from-lake                      from the latest landed responses, no API is called`,
  test: `  etlx test
  etlx test --select user_summaries
  etlx test --select test_type:singular`,
  clone: `  etlx clone --from prod
  etlx clone --from prod --select +user_summaries --full-refresh`,
  retry: `  etlx retry                                 after a failure, Ctrl-C, or a reboot
  etlx retry --threads 1
  etlx retry --dry-run                       the plan of what is left`,
  plan: `  etlx plan
  etlx plan --select user_summaries+`,
  compile: `  etlx compile
  etlx compile --select user_summaries       print one model's SQL
  etlx compile --inline "select * from {{ ref('carts_table') }}"`,
  ls: `  etlx ls
  etlx ls --select +season_sales --resource-type model
  etlx ls --output json --output-keys name config.materialized`,
  show: `  etlx show user_summaries --limit 20
  etlx show --inline "select city, count(*) from {{ ref('users_table') }} group by city" --limit -1
  etlx show season_sales --output json`,
  freshness: `  etlx freshness                             or, as in dbt, etlx source freshness
  etlx freshness --select source:shop --output target/shop.json`,
  docs: `  etlx docs generate`,
  diff: `  etlx diff user_summaries
  etlx diff user_summaries --limit 20 --output json`,
  'create-test': `  etlx create-test user_summaries
  etlx create-test user_summaries --limit 10 --write`,
  'run-operation': `  etlx run-operation grant_select --args '{role: reader}' --target prod`,
  clean: `  etlx clean`,
  prune: `  etlx prune                                 what would be dropped
  etlx prune --yes                           drop it`,
  lake: `  etlx lake prune                            what would be removed
  etlx lake prune --keep 10 --yes            remove it`,
};
