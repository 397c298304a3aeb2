import { describe, expect, test } from 'vitest';
import { complaint, type Server, seconds, servers } from '../../../src/system/nginx/nginx.ts';
import { globPattern, parseConfiguration, parseDump } from '../../../src/system/nginx/nginx-syntax.ts';

// What nginx -T printed on the test droplet after certbot had been there, shortened.
const MAIN = `# configuration file /etc/nginx/nginx.conf:
user www-data;
events {
	worker_connections 768;
}
http {
	server_tokens off; # a comment with a } in it
	log_format odd '{ "request": "$request"; }';
	include /etc/nginx/conf.d/*.conf;
	include sites-enabled/*;
}
`;
const SITE = `# configuration file /etc/nginx/sites-enabled/otto:
server {
    server_name otto.client.example;
    client_max_body_size 100m;
    location = /.well-known/otto-install {
        default_type text/plain;
        return 200 "e9f9fe4d9ecac2e314e777bed6eb97ed";
    }
    location / {
        proxy_pass http://127.0.0.1:8080;
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_read_timeout 1800;
    }
    listen [::]:443 ssl ipv6only=on; # managed by Certbot
    listen 443 ssl; # managed by Certbot
    ssl_certificate /etc/letsencrypt/live/otto.client.example/fullchain.pem; # managed by Certbot
    include /etc/letsencrypt/options-ssl-nginx.conf; # managed by Certbot
}

server {
    if ($host = otto.client.example) {
        return 301 https://$host$request_uri;
    } # managed by Certbot
    server_name otto.client.example;
    listen 80;
    listen [::]:80;
    return 404; # managed by Certbot
}`;

const read = (...files: string[]): readonly Server[] =>
  servers(parseConfiguration(parseDump(files.join('\n')), '/etc/nginx/nginx.conf'));

const site = (block: string, http = '') =>
  read(`# configuration file /etc/nginx/nginx.conf:\nhttp {\n${http}\nserver {\n${block}\n}\n}\n`)[0];

describe('a site that certbot has edited', () => {
  const [https, http] = read(MAIN, SITE);

  test('the part for https', () => {
    expect(https).toEqual({
      file: '/etc/nginx/sites-enabled/otto',
      names: ['otto.client.example'],
      listens: [
        { address: '[::]', port: 443, ssl: true },
        { address: '', port: 443, ssl: true },
      ],
      certificate: '/etc/letsencrypt/live/otto.client.example/fullchain.pem',
      proxy: { target: '127.0.0.1:8080', webSockets: true, readTimeoutS: 1800, bodyLimit: 100 * 1024 ** 2 },
      redirectsToHttps: false,
      fixedAnswers: { '/.well-known/otto-install': 'e9f9fe4d9ecac2e314e777bed6eb97ed' },
    });
  });

  test('the part that sends from http to https', () => {
    expect(http).toMatchObject({
      names: ['otto.client.example'],
      listens: [{ port: 80 }, { port: 80 }],
      certificate: undefined,
      proxy: undefined,
      redirectsToHttps: true,
    });
  });
});

test.each([
  ['headers missing', '', false],
  ['without Upgrade', 'proxy_set_header Connection "upgrade";', false],
  ['a map', 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;', true],
  ['headers of the location hide those of the server', 'proxy_set_header Host $host;', false],
])('WebSocket, %s', (_, headers, passes) => {
  const outer = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
  const server = `server_name x; ${headers === '' ? '' : outer} location / { proxy_pass http://a:1; ${headers} }`;
  expect(site(server)?.proxy?.webSockets).toBe(passes);
});

test('headers that stand around the location count when it has none', () => {
  const headers = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
  expect(site(`location / { proxy_pass http://a:1; }`, headers)?.proxy?.webSockets).toBe(true);
});

test.each([
  ['proxy_pass http://127.0.0.1:8080;', '127.0.0.1:8080'],
  ['proxy_pass http://127.0.0.1:8080/;', '127.0.0.1:8080'],
  ['proxy_pass http://webui;', '127.0.0.1:8080'],
  ['proxy_pass http://localhost;', 'localhost:80'],
  ['proxy_pass https://other;', 'other:443'],
])('%s', (pass, target) => {
  const upstream = 'upstream webui { server 127.0.0.1:8080 fail_timeout=0; }';
  expect(site(`location / { ${pass} }`, upstream)?.proxy?.target).toBe(target);
});

test.each([
  ['listen 80;', { address: '', port: 80, ssl: false }],
  ['listen *:80;', { address: '', port: 80, ssl: false }],
  ['listen [::]:443 ssl;', { address: '[::]', port: 443, ssl: true }],
  ['listen 203.0.113.10:8443 ssl;', { address: '203.0.113.10', port: 8443, ssl: true }],
  ['listen 203.0.113.10;', { address: '203.0.113.10', port: 80, ssl: false }],
  ['', { address: '', port: 80, ssl: false }],
])('%s', (directive, expected) => {
  expect(site(`server_name x; ${directive}`)?.listens).toEqual([expected]);
});

test('a file that includes itself, or is cut off, ends all the same', () => {
  expect(
    read('# configuration file /etc/nginx/nginx.conf:\nhttp { include nginx.conf; server { server_name x;'),
  ).toMatchObject([{ names: ['x'] }]);
});

test.each([
  ['/etc/nginx/sites-enabled/*', '/etc/nginx/sites-enabled/otto', true],
  ['/etc/nginx/sites-enabled/*', '/etc/nginx/sites-enabled/a/b', false],
  ['/etc/nginx/conf.d/*.conf', '/etc/nginx/conf.d/otto', false],
])('%s takes %s in: %s', (pattern, path, expected) => {
  expect(globPattern(pattern).test(path)).toBe(expected);
});

test.each([
  ['300', 300],
  ['5m', 300],
  ['1h 30m', 5400],
  ['500ms', 0.5],
])('%s is %s s', (time, expected) => {
  expect(seconds(time)).toBe(expected);
});

// Seen on the test droplet.
test.each([
  [
    'nginx: [emerg] unknown directive "lsten" in /etc/nginx/sites-enabled/zz:1\nnginx: configuration file /etc/nginx/nginx.conf test failed\n',
    'unknown directive "lsten" in /etc/nginx/sites-enabled/zz:1',
  ],
  [
    '2026/11/22 17:30:01 [emerg] 2869#2869: cannot load certificate "/etc/letsencrypt/live/x/fullchain.pem": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory)\n',
    'cannot load certificate "/etc/letsencrypt/live/x/fullchain.pem": that file cannot be read',
  ],
  ['nginx: [warn] conflicting server name "x" on 0.0.0.0:80, ignored\n', undefined],
  ['', undefined],
])('%o', (stderr, expected) => {
  expect(complaint(stderr)).toBe(expected);
});
