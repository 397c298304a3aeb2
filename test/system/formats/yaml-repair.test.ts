import { expect, test } from 'vitest';
import { indentGroups, repairYaml } from '../../../src/system/formats/yaml-repair.ts';

const GOOD = '# mine\nmodel:\n  default: "claude"\n  provider: anthropic\nother:\n  - 1\n';

test.each([
  ['nothing wrong', GOOD, GOOD],
  ['tabs', GOOD.replaceAll('  default', '\tdefault').replaceAll('  provider', '\tprovider'), GOOD],
  ['a quote that is not closed', GOOD.replace('"claude"', '"claude'), GOOD],
  ['another one that is not closed', GOOD.replace('"claude"', "'claude"), GOOD.replaceAll('"', "'")],
  ['a line that is too deep', GOOD.replace('  provider', '   provider'), GOOD],
  ['no blank behind the colon', GOOD.replace('default: ', 'default:'), GOOD],
])('%s', (_, text, wanted) => expect(repairYaml(text)).toBe(wanted));

test('a line that cannot be understood becomes a comment, the rest stays', () => {
  const fixed = repairYaml(`${GOOD}%%%: [}\n`);
  expect(fixed).toMatch(/# otto-install: this line could not be read: %%%: \[\}/);
  expect(fixed).toContain(GOOD.trim());
});
test('what is no settings file at all is left to a person', () => {
  expect(repairYaml('a: [\nb: [\nc: [\nd: [\ne: [\n')).toBeUndefined();
});

const GROUPS = { model: ['default', 'provider'], display: ['skin'] };
test('settings at the margin go below their heading; comments and others stay', () => {
  const flat = 'model:\n# which\ndefault: x\nprovider: a\n\ndisplay: # how\nskin: d\nmine:\n  note: k\n';
  expect(indentGroups(flat, GROUPS)).toBe(
    'model:\n# which\n  default: x\n  provider: a\n\ndisplay: # how\n  skin: d\nmine:\n  note: k\n',
  );
});
test.each([
  ['indented already', 'model:\n  default: x\nskin: d\n'],
  ['a heading with a value', 'model: x\nprovider: a\n'],
])('%s: unchanged', (_, text) => expect(indentGroups(text, GROUPS)).toBe(text));
