import { expect, test } from 'vitest';
import { changeUnit, changeUnitEnvironment } from '../../../src/system/services/unit-file.ts';

const UNIT =
  '[Unit]\nUser=not this one\n[Service]\n# mine\nUser=bob\nExecStart=/a \\\n  b\nUser=eve\n[Install]\nWantedBy=x\n';

test('the first line of a name gets the value, further ones go, the rest stays', () => {
  expect(changeUnit(UNIT, 'Service', { User: 'cleo' })).toBe(
    UNIT.replace('User=bob', 'User=cleo').replace('User=eve\n', ''),
  );
});
test('a line that goes on on the next one is one', () => {
  expect(changeUnit(UNIT, 'Service', { ExecStart: '/c' })).toBe(UNIT.replace('/a \\\n  b', '/c'));
});
test('what was not there comes behind the heading, or with one', () => {
  expect(changeUnit(UNIT, 'Service', { Group: 'cleo' })).toContain('[Service]\nGroup=cleo\n# mine');
  expect(changeUnit('[Unit]\n', 'Service', { User: 'cleo' })).toBe('[Unit]\n\n[Service]\nUser=cleo\n');
});
test('undefined takes a setting out, and only there', () => {
  expect(changeUnit(UNIT, 'Service', { User: undefined })).toBe(
    UNIT.replace('User=bob\n', '').replace('User=eve\n', ''),
  );
});
test.each([
  ['Environment=HOME=/root', 'Environment=HOME=/home/cleo'],
  ['Environment=A=1 HOME=/root B=2', 'Environment=A=1 HOME=/home/cleo B=2'],
  ['Environment="HOME=/root" B=2', 'Environment="HOME=/home/cleo" B=2'],
  ['Environment=HERMES_HOME=/x', 'Environment=HERMES_HOME=/x'],
])('one variable of %s', (line, wanted) => {
  expect(changeUnitEnvironment(`[Service]\n${line}\n`, 'HOME', '/home/cleo')).toBe(`[Service]\n${wanted}\n`);
});
