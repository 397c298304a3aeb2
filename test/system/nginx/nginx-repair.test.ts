import { expect, test } from 'vitest';
import { findMistake, repairMistake } from '../../../src/system/nginx/nginx-repair.ts';

const FILE = '/etc/nginx/sites-enabled/otto';
const SITE = `server {
    server_name otto.client.example; # ours
    location / {
        proxy_pass http://127.0.0.1:8080;
        proxy_http_version 1.1;
        proxy_set_header Host $host;
    }
    listen 80;
}
`;
const repaired = (content: string, complaint: string) => {
  const mistake = findMistake(complaint, [{ path: FILE, content }]);
  return mistake && repairMistake(content, complaint, mistake)?.content;
};

test.each([
  [
    'between two lines',
    'proxy_http_version 1.1;',
    `invalid number of arguments in "proxy_http_version" directive in ${FILE}:6`,
  ],
  ['before a brace', 'proxy_set_header Host $host;', `unexpected "}" in ${FILE}:7`],
  ['before a remark', 'otto.client.example;', `"server_name" directive is not allowed here in ${FILE}:3`],
])('a semicolon that is missing %s', (_, words, complaint) => {
  expect(repaired(SITE.replace(words, words.replace(';', '')), complaint)).toBe(SITE);
});

test('the last brace', () => {
  const complaint = `unexpected end of file, expecting "}" in ${FILE}:8`;
  expect(repaired(SITE.trimEnd().replace(/\}$/, ''), complaint)).toBe(SITE);
});

test('a line that nginx does not understand becomes a comment', () => {
  const wrong = SITE.replace('    listen 80;', '    lsten 81;\n    listen 80;');
  expect(repaired(wrong, `unknown directive "lsten" in ${FILE}:8`)).toBe(wrong.replace('lsten', '# lsten'));
});

test('a block that nginx does not understand is left to a person', () => {
  const wrong = SITE.replace('location / {', 'loction / {');
  expect(repaired(wrong, `unknown directive "loction" in ${FILE}:3`)).toBeUndefined();
});

test.each([
  [`unknown directive "x" in ${FILE}:3`, { file: FILE, line: 3 }],
  ['unknown "connection_upgrade" variable', { file: '/etc/nginx/sites-enabled/shop', line: 2 }],
  [
    'cannot load certificate "/etc/ssl/shop.pem": that file cannot be read',
    { file: '/etc/nginx/sites-enabled/shop', line: 1 },
  ],
  [
    'open() "/etc/nginx/sites-enabled/bad" failed (2: No such file or directory) in /etc/nginx/nginx.conf:60',
    { file: '/etc/nginx/sites-enabled/bad', line: undefined },
  ],
  ['host not found in upstream "webui"', undefined],
])('the place of: %s', (complaint, place) => {
  const shop = 'ssl_certificate /etc/ssl/shop.pem;\nproxy_set_header Connection $connection_upgrade;\n';
  const files = [
    { path: FILE, content: SITE },
    { path: '/etc/nginx/sites-enabled/shop', content: shop },
  ];
  expect(findMistake(complaint, files)).toEqual(place);
});
