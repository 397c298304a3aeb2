import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type FakeOtto, fakeOtto } from './fake-otto.ts';

vi.setConfig({ testTimeout: 90_000 });

let otto: FakeOtto;
beforeEach(() => {
  otto = fakeOtto();
});
afterEach(() => otto.remove());

/** Runs the functions of the program itself, with what Docker and nginx would say. */
function said(python: string): unknown {
  const seam = `
def main(mode):
    print(json.dumps(${python}))`;
  const { stdout, stderr } = otto.backup({ seam });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test.each([
  ['nothing said', {}, []],
  ['the usual file', { DATABASE_URL: 'sqlite:////app/backend/data/webui.db', DATABASE_TYPE: 'sqlite' }, []],
  ['Postgres', { DATABASE_URL: 'postgresql://u:secret@db/x' }, ['in another database (postgresql)']],
  ['another file', { DATABASE_URL: 'sqlite:////data/other.db' }, ['in another file']],
  ['encrypted', { DATABASE_TYPE: 'sqlcipher' }, ['in another database (sqlcipher)']],
])('the database that Open WebUI uses: %s', (_, env, expected) => {
  const found = said(`other_database(${JSON.stringify(env)})`) as string[];
  expect(found).toEqual(expected.map((words) => expect.stringContaining(words)));
  expect(found.join()).not.toContain('secret');
});

test.each([
  ['not there', {}, []],
  [
    'a volume of a compose project',
    { Mounts: [{ Destination: '/app/backend/data', Source: '/var/lib/docker/volumes/web/_data' }] },
    ['/volumes/web/_data; this backup'],
  ],
  ['inside itself', { Mounts: [] }, ['inside itself']],
])('the folder that its container has: %s', (_, container, expected) => {
  expect(said(`other_data(json.loads(${JSON.stringify(JSON.stringify(container))}))`)).toEqual(
    expected.map((words) => expect.stringContaining(words)),
  );
});

test('the folder that is backed up is its own', () => {
  const mounts = { Mounts: [{ Destination: '/app/backend/data', Source: otto.path('webui') }] };
  expect(said(`other_data(json.loads(${JSON.stringify(JSON.stringify(mounts))}))`)).toEqual([]);
});

const SITE = `
# server { server_name otto.client.example; ssl_certificate /etc/old.pem; }
server {
  server_name www.client.example;  # braces in a comment: }
  ssl_certificate /etc/ssl/www.pem;
}
server {
  listen 443 ssl;
  server_name a.example otto.client.example;
  ssl_certificate /etc/ssl/otto/fullchain.pem;
  ssl_certificate_key "certs/otto.key";
  location / { proxy_pass http://127.0.0.1:8080; }
}`;

test('the certificate in use is that of the server block of this name', () => {
  expect(said(`certificates_in(${JSON.stringify(SITE)}, "otto.client.example")`)).toEqual([
    '/etc/ssl/otto/fullchain.pem',
    '/etc/nginx/certs/otto.key',
  ]);
});

test.each([
  ['a file that is held', '/a/one.pem', true],
  ['a link whose end is held', '/live/x.pem', true],
  ['a link whose end is not', '/live/y.pem', false],
  ['a link to itself', '/live/z.pem', false],
  ['nothing of it', '/etc/ssl/otto.pem', false],
])('a certificate is in the backup: %s', (_, path, expected) => {
  const entries = `{"/a/one.pem": {"type": "file"}, "/live/x.pem": {"type": "link", "target": "../a/one.pem"},
    "/live/y.pem": {"type": "link", "target": "../a/two.pem"}, "/live/z.pem": {"type": "link", "target": "z.pem"}}`;
  expect(said(`is_held(${entries}, ${JSON.stringify(path)})`)).toBe(expected);
});

test.each([
  ['HERMES_HOME counts', 'HOME=/home/cleo HERMES_HOME=/srv/hermes', 'cleo', '/srv/hermes'],
  ['else its home', '"HOME=/home/cleo"', 'cleo', '/home/cleo/.hermes'],
  ['else its user’s', 'PATH=/bin', 'root', '/root/.hermes'],
  ['neither told', '', '', null],
  ['not readable', 'X="', '', null],
])('where Hermes has its memory: %s', (_, environment, user, expected) => {
  expect(said(`home_in(${JSON.stringify(environment)}, ${JSON.stringify(user)})`)).toBe(expected);
});
