import { expect, test } from 'vitest';
import { editServers, serverNames, type Wanted } from '../../../src/system/nginx/nginx-edit.ts';

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
