import { parametersOfEnvironment, parametersOfService, parametersOfUrl, passwordIn } from './libpq';

test.each([
  [
    'postgres://u:p%40ss@db.example:5433/shop?sslmode=verify-full&application_name=nightly',
    {
      user: 'u',
      password: 'p@ss',
      host: 'db.example',
      port: '5433',
      database: 'shop',
      sslmode: 'verify-full',
      application_name: 'nightly',
    },
  ],
  ['postgresql:///shop?host=/var/run/postgresql', { host: '/var/run/postgresql', database: 'shop' }],
  ['postgres://%2Ftmp%2Fpg/shop', { host: '/tmp/pg', database: 'shop' }],
  ['postgres://[::1]:5432?dbname=shop', { host: '::1', port: '5432', database: 'shop' }],
  ['postgres://u:100%25@h/d?channel_binding=require&keepalives=1', { user: 'u', password: '100%', host: 'h', database: 'd' }],
  ['postgres://u:50%off@h/d', { user: 'u', password: '50%off', host: 'h', database: 'd' }],
])('the URL %s', (url, parameters) => expect(parametersOfUrl(url)).toEqual(parameters));

test.each([
  ['host=localhost password=hunter2', 'its URL cannot be read'],
  ['mysql://root:hunter2@h/db', 'its URL begins with `mysql://`'],
  ['postgres://u:hunter2@h/d?sslmod=require', 'its URL has the unknown parameter `sslmod`'],
])('the URL %s is none', (url, problem) => expect(parametersOfUrl(url)).toEqual({ problem }));

test('the environment gives what libpq takes from it', () => {
  expect(
    parametersOfEnvironment({
      PGHOST: 'h',
      PGPORT: '1',
      PGUSER: 'u',
      PGPASSWORD: 'p',
      PGDATABASE: 'd',
      PGSSLMODE: 'require',
      PGSSLROOTCERT: 'r',
      PGOPTIONS: '-c a=b',
      PGCONNECT_TIMEOUT: '3',
      PGAPPNAME: '',
    }),
  ).toEqual({
    host: 'h',
    port: '1',
    user: 'u',
    password: 'p',
    database: 'd',
    sslmode: 'require',
    sslrootcert: 'r',
    options: '-c a=b',
    connect_timeout: '3',
  });
});

test('a service is its section of the file', () => {
  const file = '# all\n[other]\nhost=no\n[shop]\nhost = db.example\r\n# port=1\nport=5433\ndbname=shop\nunknown=1\n[next]\nuser=no\n';
  expect(parametersOfService(file, 'shop')).toEqual({ host: 'db.example', port: '5433', database: 'shop' });
  expect(parametersOfService(file, 'none')).toBeUndefined();
});

test('the password file: the first line that fits, `*` for any, backslashes before colons', () => {
  const file = '# comment\nh:5432:other:u:no\nh:*:d:u:it\\:s\\\\mine\n*:*:*:*:late\n';
  expect(passwordIn(file, ['h', '5432', 'd', 'u'])).toBe('it:s\\mine');
  expect(passwordIn(file, ['h', '5432', 'x', 'u'])).toBe('late');
  expect(passwordIn('h:1:d:u', ['h', '1', 'd', 'u'])).toBeUndefined();
  expect(passwordIn('', ['h', '1', 'd', 'u'])).toBeUndefined();
});
