import { expect, test } from 'vitest';
import {
  editConfiguration,
  editServers,
  serverNames,
  type Wanted,
} from '../../../src/system/nginx/nginx-edit.ts';

const SITE = `# by hand
server {
    server_name otto.client.example; # the name
    location / {
        proxy_pass http://127.0.0.1:3001; # somewhere
        proxy_set_header Upgrade "";
    }
    listen 443 ssl; # managed by Certbot
}
server {
    server_name shop.client.example;
    location / { proxy_pass http://127.0.0.1:9000; }
}
`;
const edit = (...wanted: Wanted[]) =>
  editServers(SITE, (server) => serverNames(server).includes('otto.client.example'), wanted);

test('a directive that is there gets other words, and nothing else changes', () => {
  const pass: Wanted = {
    where: 'root',
    name: 'proxy_pass',
    args: 'http://127.0.0.1:8080',
    replaces: 'same-name',
  };
  expect(edit(pass)).toBe(SITE.replace('127.0.0.1:3001', '127.0.0.1:8080'));
});

test('one that is not there is added to its block, behind the remark of the last line', () => {
  const size: Wanted = { where: 'server', name: 'client_max_body_size', args: '100m', replaces: 'same-name' };
  expect(edit(size)).toBe(
    SITE.replace('# managed by Certbot\n', '# managed by Certbot\n    client_max_body_size 100m;\n'),
  );
});

test('of directives that may repeat the one with the same first word is changed, another one is added', () => {
  const header = { where: 'root', name: 'proxy_set_header', replaces: 'same-first' } as const;
  expect(
    edit({ ...header, args: 'Upgrade $http_upgrade' }, { ...header, args: 'Connection "upgrade"' }),
  ).toBe(
    SITE.replace(
      'proxy_set_header Upgrade "";\n',
      'proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection "upgrade";\n',
    ),
  );
});

test('a block on one line', () => {
  const added = editServers('server { server_name x; }', () => true, [
    { where: 'server', name: 'listen', args: '80', replaces: 'add' },
  ]);
  expect(added.replace(/\s+/g, ' ')).toBe('server { server_name x; listen 80; }');
});

const MAIN = '/etc/nginx/nginx.conf';
const INCLUDED = '/etc/nginx/snippets/proxy.conf';
const FILES = [
  { path: MAIN, content: 'http { include conf.d/*; include sites-enabled/*; }' },
  { path: '/etc/nginx/conf.d/up.conf', content: 'upstream page { server 127.0.0.1:3001; }\n' },
  {
    path: '/etc/nginx/sites-enabled/otto',
    content:
      'server {\n    server_name otto.client.example;\n    location / {\n        include snippets/proxy.conf;\n        proxy_pass http://page;\n    }\n}\n',
  },
  { path: INCLUDED, content: '# ours\nproxy_http_version 1.0;\nproxy_set_header Host $host;\n' },
];
const change = (...wanted: Wanted[]) =>
  Object.fromEntries(
    editConfiguration(
      FILES,
      MAIN,
      (server) => serverNames(server).includes('otto.client.example'),
      wanted,
    ).map(({ path, content }) => [path, content]),
  );

test('a line that stands in an included file is changed there, and never written twice', () => {
  expect(change({ where: 'root', name: 'proxy_http_version', args: '1.1', replaces: 'same-name' })).toEqual({
    [INCLUDED]: '# ours\nproxy_http_version 1.1;\nproxy_set_header Host $host;\n',
  });
});

test('one that is nowhere is added to its block, after what stands in the block’s own file', () => {
  const added = change({
    where: 'root',
    name: 'proxy_set_header',
    args: 'Upgrade $http_upgrade',
    replaces: 'same-first',
  });
  expect(Object.keys(added)).toEqual(['/etc/nginx/sites-enabled/otto']);
  expect(added['/etc/nginx/sites-enabled/otto']).toContain(
    'proxy_pass http://page;\n        proxy_set_header Upgrade $http_upgrade;\n    }',
  );
});
