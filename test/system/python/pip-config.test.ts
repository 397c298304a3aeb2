import { expect, test } from 'vitest';
import { pipIndex } from '../../../src/system/python/pip-config.ts';

const source = 'PyPI = PackageIndex("https://index.example/", file_storage_domain="files.example")\n';

test.each([
  ['nothing configured: what pip itself says', [undefined], source, 'https://index.example/'],
  ['no pip yet', [undefined], undefined, undefined],
  ['the machine', ['[global]\nindex-url = https://a.example/simple\n'], source, 'https://a.example/simple'],
  [
    "the user's wins over the machine's",
    ['[global]\nindex-url = https://a.example/simple\n', '[global]\nindex_url=https://b.example/simple'],
    source,
    'https://b.example/simple',
  ],
  [
    'what counts for install wins',
    ['[install]\nindex-url: https://c.example/simple\n[global]\nindex-url = https://a.example/simple\n'],
    source,
    'https://c.example/simple',
  ],
  ['another section does not count', ['[search]\nindex-url = https://a.example\n'], undefined, undefined],
  ['no index at all', ['[global]\nno-index = true\nfind-links = /opt/wheels\n'], source, undefined],
])('%s', (_, configs, from, expected) => {
  expect(pipIndex(configs, from)).toBe(expected);
});
