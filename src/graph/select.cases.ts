import type { IndirectSelection } from './indirect';

/** One question to the grammar: the words, what they select (short names, see `idOf` in the test), and which rule of dbt says so. */
export interface Case {
  readonly rule: string;
  readonly words: string;
  readonly exclude?: string;
  readonly mode?: IndirectSelection;
  readonly expected: string;
  /** The same asked of dbt, where its words differ; null where it has nothing like it. Read by whoever compares with dbt itself. */
  readonly dbt?: string | null;
}

const extracts = 'extract.users extract.carts extract.products';
const datasets = 'dataset.users_table dataset.carts_table dataset.products_table';
const loaded = 'users_table carts_table products_table';
const models = 'stg_users stg_carts user_transactions enriched_transactions user_summaries category_sales top_cities';
const generic = 'not_null_users_table unique_stg_users carts_have_users unique_summaries summaries_have_users summaries_have_countries';
const tests = `${generic} totals_agree`;
const everything = `${extracts} ${datasets} ${loaded} countries ${models} ${tests}`;

// Tests by what they read (eager: any of it).
const ofStgUsers = 'unique_stg_users carts_have_users summaries_have_users';
const ofSummaries = 'unique_summaries summaries_have_users summaries_have_countries totals_agree';
const upUsers = 'extract.users extract.carts dataset.users_table users_table';
const upCarts = 'extract.carts dataset.carts_table carts_table';
const upProducts = 'extract.products extract.carts dataset.products_table products_table';
const upTransactions = `${upUsers} ${upCarts} stg_users stg_carts user_transactions`;

// prettier-ignore
const names: readonly Case[] = [
  { rule: 'no word is everything', words: '', expected: everything },
  { rule: 'a name alone, with its tests', words: 'user_summaries', expected: `user_summaries ${ofSummaries}` },
  { rule: 'fqn, written out', words: 'fqn:user_summaries', expected: `user_summaries ${ofSummaries}` },
  { rule: 'a folder is a prefix', words: 'staging', expected: `stg_users stg_carts ${ofStgUsers}` },
  { rule: 'a folder with all below it', words: 'marts', expected: `user_transactions enriched_transactions user_summaries category_sales ${ofSummaries}` },
  { rule: 'a dotted prefix', words: 'marts.summaries', expected: `user_summaries category_sales ${ofSummaries}` },
  { rule: 'a dotted prefix with the project', words: 'shop.marts.summaries', expected: `user_summaries category_sales ${ofSummaries}` },
  { rule: 'the whole dotted name', words: 'shop.marts.summaries.category_sales', expected: 'category_sales totals_agree' },
  { rule: 'the project is everything', words: 'shop', expected: everything, dbt: 'shop source:*' },
  { rule: '* in a name, under its folder', words: 'marts.user_*', expected: 'user_transactions' },
  { rule: '* crosses dots', words: 'marts.*user_*', expected: `user_transactions user_summaries ${ofSummaries}` },
  { rule: '* for the folders', words: '*.user_*', expected: `user_transactions user_summaries ${ofSummaries}` },
  { rule: '* in front', words: '*_transactions', expected: 'user_transactions enriched_transactions' },
  { rule: '* after the project', words: 'shop.staging.*', expected: `stg_users stg_carts ${ofStgUsers}` },
  { rule: '? is one character', words: 'staging.stg_???rs', expected: `stg_users ${ofStgUsers}` },
  { rule: '[] is one of a set', words: 'staging.stg_[a-d]*', expected: 'stg_carts carts_have_users' },
  { rule: '[!] is none of a set', words: 'staging.stg_[!a-d]*', expected: `stg_users ${ofStgUsers}` },
  { rule: 'a test by name', words: 'totals_agree', expected: 'totals_agree' },
  { rule: 'a test by folder', words: 'finance', expected: 'totals_agree' },
  { rule: 'etlx: fqn finds source tables and their datasets', words: 'carts_table', expected: 'dataset.carts_table carts_table', dbt: 'source:api.carts_table' },
  { rule: 'etlx: fqn finds extracts', words: 'users', expected: 'extract.users', dbt: null },
  { rule: 'etlx: a source is a prefix', words: 'api', expected: `${extracts} ${datasets} ${loaded} not_null_users_table`, dbt: 'source:api' },
  { rule: 'etlx: an id', words: 'extract.api.users', expected: 'extract.users', dbt: null },
  { rule: 'etlx: the id of a table, not its dataset', words: 'source.api.users_table', expected: 'users_table not_null_users_table', dbt: 'source:api.users_table' },
  { rule: 'etlx: the id of a model', words: 'model.stg_carts', expected: 'stg_carts carts_have_users', dbt: 'stg_carts' },
];

// prettier-ignore
const methods: readonly Case[] = [
  { rule: 'path: a file', words: 'path:models/top_cities.sql', expected: 'top_cities' },
  { rule: 'path: a folder takes all below', words: 'path:models/marts', expected: `user_transactions enriched_transactions user_summaries category_sales ${ofSummaries}` },
  { rule: 'path: a closing / means nothing', words: 'path:models/staging/', expected: `stg_users stg_carts ${ofStgUsers}` },
  { rule: 'path is the default of what has a /', words: 'models/marts/summaries', expected: `user_summaries category_sales ${ofSummaries}` },
  { rule: 'path: ./ means nothing', words: './models/top_cities.sql', expected: 'top_cities' },
  { rule: 'path: * stays in its folder', words: 'path:models/*.sql', expected: 'top_cities' },
  { rule: 'path: * may be a folder', words: 'path:models/*/summaries', expected: `user_summaries category_sales ${ofSummaries}` },
  { rule: 'path: ** is any folders', words: 'path:models/**/user_*.sql', expected: `user_transactions user_summaries ${ofSummaries}` },
  { rule: 'path: ** is no folder, too', words: 'path:models/**/top_*.sql', expected: 'top_cities' },
  { rule: 'path: ** at the end is all below', words: 'path:models/staging/**', expected: `stg_users stg_carts ${ofStgUsers}` },
  { rule: 'path: a YAML file takes what it describes and its tests', words: 'path:models/staging/_staging.yml', expected: `stg_users stg_carts ${ofStgUsers}` },
  { rule: 'path: a YAML file takes what it declares', words: 'path:sources/api.yaml', expected: `${extracts} ${datasets} ${loaded} not_null_users_table`, dbt: 'path:sources/api.yml' },
  { rule: 'path: of tests', words: 'path:tests', expected: 'totals_agree' },
  { rule: 'path: the project folder', words: './', expected: everything, dbt: null },
  { rule: 'file: with its ending', words: 'file:user_summaries.sql', expected: `user_summaries ${ofSummaries}` },
  { rule: 'file: without its ending', words: 'file:stg_carts', expected: 'stg_carts carts_have_users' },
  { rule: 'file: *', words: 'file:stg_*', expected: `stg_users stg_carts ${ofStgUsers}` },
  { rule: 'file: is the default of what ends in .sql', words: 'category_sales.sql', expected: 'category_sales totals_agree' },
  { rule: 'file: is the default of what ends in .yml: what stands in it', words: 'geo.yml', expected: 'countries summaries_have_countries', dbt: 'file:geo.yml' },
  { rule: 'file: of tests in YAML takes the tests', words: 'file:_marts.yml', expected: 'unique_summaries summaries_have_users summaries_have_countries' },
  { rule: 'tag:', words: 'tag:staging', expected: `stg_users stg_carts ${ofStgUsers}` },
  { rule: 'tag: of sources, models and tests', words: 'tag:finance', expected: `user_summaries category_sales ${ofSummaries}` },
  { rule: 'tag: of sources', words: 'tag:daily', expected: `users_table stg_carts user_transactions user_summaries not_null_users_table carts_have_users ${ofSummaries}` },
  { rule: 'tag: *', words: 'tag:night*', expected: 'unique_summaries' },
  { rule: 'source: all of one', words: 'source:api', expected: `${loaded} not_null_users_table` },
  { rule: 'source: one table', words: 'source:geo.countries', expected: 'countries summaries_have_countries' },
  { rule: 'source: with the project', words: 'source:shop.api.carts_table', expected: 'carts_table' },
  { rule: 'source: *', words: 'source:*', expected: `${loaded} countries not_null_users_table summaries_have_countries` },
  { rule: 'source: * in the table', words: 'source:api.*ts_table', expected: 'carts_table products_table' },
  { rule: 'source: * in the source', words: 'source:g*.countries', expected: 'countries summaries_have_countries' },
  { rule: 'config: a word', words: 'config.materialized:view', expected: `stg_users stg_carts ${ofStgUsers}` },
  { rule: 'config: defaults count', words: 'config.materialized:table', expected: `user_transactions enriched_transactions user_summaries category_sales top_cities ${ofSummaries}` },
  { rule: 'config: nested', words: 'config.meta.owner:ana', expected: `user_summaries ${ofSummaries}` },
  { rule: 'config: one of a list', words: 'config.meta.tiers:gold', expected: `user_summaries ${ofSummaries}` },
  { rule: 'config: a boolean', words: 'config.meta.pii:true', expected: `user_summaries ${ofSummaries}` },
  { rule: 'config: a boolean in any case', words: 'config.contract.enforced:True', expected: `user_summaries ${ofSummaries}` },
  { rule: 'config: tags are a list', words: 'config.tags:nightly', expected: 'unique_summaries' },
  { rule: 'config: severity in any case', words: 'config.severity:WARN', expected: 'carts_have_users' },
  { rule: 'resource_type:', words: 'resource_type:test', expected: tests },
  { rule: 'resource_type: source', words: 'resource_type:source', expected: `${loaded} countries not_null_users_table summaries_have_countries` },
  { rule: 'etlx: resource_type: extract', words: 'resource_type:extract', expected: extracts, dbt: null },
  { rule: 'test_type: generic', words: 'test_type:generic', expected: generic },
  { rule: 'test_type: singular', words: 'test_type:singular', expected: 'totals_agree' },
  { rule: 'test_type: data is both', words: 'test_type:data', expected: tests },
  { rule: 'test_name:', words: 'test_name:unique', expected: 'unique_stg_users unique_summaries' },
  { rule: 'test_name: *', words: 'test_name:*n*u*', expected: 'not_null_users_table unique_stg_users unique_summaries' },
  { rule: 'package: this', words: 'package:this', expected: everything },
  { rule: 'package: a name', words: 'package:sh?p', expected: everything },
];

// prettier-ignore
const operators: readonly Case[] = [
  { rule: '+x', words: '+user_transactions', expected: `${upTransactions} not_null_users_table ${ofStgUsers}` },
  { rule: '1+x', words: '1+user_transactions', expected: `stg_users stg_carts user_transactions ${ofStgUsers}` },
  { rule: '2+x', words: '2+user_transactions', expected: `users_table carts_table stg_users stg_carts user_transactions not_null_users_table ${ofStgUsers}` },
  { rule: '0+x is x', words: '0+user_transactions', expected: 'user_transactions' },
  { rule: 'x+', words: 'user_summaries+', expected: `user_summaries top_cities ${ofSummaries}` },
  { rule: 'x+1', words: 'user_transactions+1', expected: `user_transactions user_summaries ${ofSummaries}` },
  { rule: 'x+2: a test counts as a step', words: 'stg_carts+2', expected: `stg_carts user_transactions enriched_transactions user_summaries category_sales carts_have_users ${ofSummaries}` },
  { rule: '+x+', words: '+user_summaries+', expected: `${upTransactions} user_summaries top_cities not_null_users_table ${ofStgUsers} ${ofSummaries}` },
  { rule: '2+x+1', words: '2+user_summaries+1', expected: `stg_users stg_carts user_transactions user_summaries top_cities ${ofStgUsers} ${ofSummaries}` },
  {
    rule: '@x: descendants, and all that they need',
    words: '@enriched_transactions',
    // The test `totals_agree` is a descendant: its other table is needed as well.
    expected: `${upTransactions} ${upProducts} enriched_transactions category_sales user_summaries not_null_users_table ${ofStgUsers} ${ofSummaries}`,
  },
  { rule: '@x of a leaf', words: '@top_cities', expected: `${upTransactions} user_summaries countries top_cities not_null_users_table ${ofStgUsers} ${ofSummaries}` },
  {
    rule: 'etlx: @ of a table reaches its extracts',
    words: '@products_table',
    expected: `${upTransactions} ${upProducts} enriched_transactions category_sales user_summaries not_null_users_table ${ofStgUsers} ${ofSummaries}`,
    dbt: '@source:api.products_table',
  },
  { rule: 'an operator on a method', words: 'tag:staging+1', expected: `stg_users stg_carts user_transactions enriched_transactions ${ofStgUsers}` },
  { rule: 'an operator before a method', words: '1+config.materialized:view', expected: `users_table carts_table stg_users stg_carts not_null_users_table ${ofStgUsers}` },
  { rule: 'an operator on a path', words: 'models/marts/summaries+', expected: `user_summaries category_sales top_cities ${ofSummaries}` },
  { rule: 'of several nodes at once', words: '1+tag:finance', expected: `user_transactions enriched_transactions user_summaries category_sales ${ofSummaries}` },
  { rule: 'of a test: what it reads, and the tests of that', words: '1+totals_agree', expected: `user_summaries category_sales ${ofSummaries}` },
  { rule: 'etlx: up to the extracts', words: '+carts_table', expected: upCarts, dbt: '+source:api.carts_table' },
  { rule: 'etlx: down from an extract', words: 'extract.api.products+2', expected: 'extract.products dataset.products_table products_table', dbt: 'source:api.products_table' },
];

// prettier-ignore
const sets: readonly Case[] = [
  { rule: 'blank: union', words: 'stg_carts top_cities', expected: 'stg_carts top_cities carts_have_users' },
  { rule: 'comma: intersection', words: 'tag:daily,tag:finance', expected: `user_summaries ${ofSummaries}` },
  { rule: 'comma: operators bind closer', words: '+user_summaries,tag:staging', expected: `stg_users stg_carts ${ofStgUsers}` },
  { rule: 'comma of three', words: 'tag:daily,marts,config.meta.owner:ana', expected: `user_summaries ${ofSummaries}` },
  { rule: 'comma: tests in common', words: 'user_summaries,category_sales', expected: 'totals_agree' },
  { rule: 'comma binds closer than blank', words: 'tag:daily,staging top_cities', expected: 'stg_carts carts_have_users summaries_have_users top_cities' },
  { rule: 'exclude', words: 'tag:finance', exclude: 'user_summaries', expected: 'category_sales' },
  { rule: 'exclude from everything', words: '', exclude: '+user_summaries resource_type:test', expected: `extract.products dataset.products_table products_table countries enriched_transactions category_sales top_cities` },
  { rule: 'exclude with operators', words: 'stg_users+', exclude: 'user_summaries+', expected: 'stg_users user_transactions unique_stg_users carts_have_users' },
  // dbt's test_exclude_model_b: under eager the tests that the two share go with the excluded one.
  { rule: 'exclude takes shared tests', words: 'staging', exclude: 'stg_carts', expected: 'stg_users unique_stg_users summaries_have_users' },
  { rule: 'exclude a test', words: 'user_summaries', exclude: 'test_name:relationships', expected: 'user_summaries unique_summaries totals_agree' },
  { rule: 'exclude an intersection', words: 'marts', exclude: 'tag:finance,tag:daily', expected: 'user_transactions enriched_transactions category_sales' },
  { rule: 'exclude a union', words: 'models/marts', exclude: 'tag:finance user_transactions', expected: 'enriched_transactions' },
  { rule: 'tests by kind of one model', words: 'user_summaries,test_type:generic', expected: 'unique_summaries summaries_have_users summaries_have_countries' },
];

// prettier-ignore
const indirect: readonly Case[] = [
  { rule: 'cautious: all that it reads', mode: 'cautious', words: 'user_summaries', expected: 'user_summaries unique_summaries' },
  { rule: 'cautious: both at once', mode: 'cautious', words: 'staging', expected: 'stg_users stg_carts unique_stg_users carts_have_users' },
  { rule: 'cautious: one by each of two words', mode: 'cautious', words: 'user_summaries category_sales', expected: 'user_summaries category_sales unique_summaries totals_agree' },
  { rule: 'cautious: sources count', mode: 'cautious', words: 'user_summaries source:geo', expected: 'user_summaries countries unique_summaries summaries_have_countries' },
  { rule: 'cautious: +x', mode: 'cautious', words: '+user_summaries', expected: `${upTransactions} user_summaries not_null_users_table unique_stg_users carts_have_users unique_summaries summaries_have_users` },
  { rule: 'cautious: x+ takes tests as descendants', mode: 'cautious', words: 'stg_carts+1', expected: 'stg_carts user_transactions enriched_transactions carts_have_users' },
  { rule: 'cautious: a test by name', mode: 'cautious', words: 'totals_agree', expected: 'totals_agree' },
  { rule: 'cautious: exclude leaves shared tests of what is left', mode: 'cautious', words: '', exclude: 'stg_carts', expected: everything.replace(' stg_carts', '') },
  { rule: 'cautious: exclude takes the tests that it would select, no others', mode: 'cautious', words: 'staging', exclude: 'stg_users', expected: 'stg_carts carts_have_users' },
  { rule: 'cautious: intersection', mode: 'cautious', words: '+user_summaries,stg_users+', expected: 'stg_users user_transactions user_summaries unique_stg_users carts_have_users unique_summaries summaries_have_users' },
  { rule: 'buildable: ancestors and sources will be there', mode: 'buildable', words: 'user_summaries', expected: 'user_summaries unique_summaries summaries_have_users summaries_have_countries' },
  { rule: 'buildable: not what is beside', mode: 'buildable', words: 'category_sales', expected: 'category_sales' },
  { rule: 'buildable: of what is below', mode: 'buildable', words: 'stg_carts', expected: 'stg_carts' },
  { rule: 'buildable: one selected, one above the other word', mode: 'buildable', words: 'category_sales top_cities', expected: 'category_sales top_cities totals_agree' },
  { rule: 'buildable: two words', mode: 'buildable', words: 'category_sales user_summaries', expected: `category_sales user_summaries ${ofSummaries}` },
  { rule: 'buildable: exclude takes the tests that it would select, no others', mode: 'buildable', words: 'user_summaries', exclude: 'source:geo', expected: 'user_summaries unique_summaries summaries_have_users summaries_have_countries' },
  { rule: 'buildable: exclude takes a test of its own', mode: 'buildable', words: '', exclude: '+user_summaries+ category_sales', expected: 'extract.products dataset.products_table products_table countries enriched_transactions' },
  { rule: 'empty: no tests', mode: 'empty', words: 'user_summaries', expected: 'user_summaries' },
  { rule: 'empty: x+ still takes tests as descendants', mode: 'empty', words: 'user_summaries+', expected: `user_summaries top_cities ${ofSummaries}` },
  { rule: 'empty: exclude leaves the tests', mode: 'empty', words: 'staging', exclude: 'stg_users', expected: 'stg_carts unique_stg_users carts_have_users' },
];

export const cases: readonly Case[] = [...names, ...methods, ...operators, ...sets, ...indirect];
