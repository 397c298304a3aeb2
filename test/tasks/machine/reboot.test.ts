import { expect, test } from 'vitest';
import { judgeReboot } from '../../../src/tasks/machine/reboot.ts';

test('nothing waits for a restart', () => {
  expect(judgeReboot({ wantedBy: undefined, planned: false })).toEqual([]);
});

test('a restart that is planned is no finding', () => {
  expect(judgeReboot({ wantedBy: ['linux-image-6.8'], planned: true })).toEqual([]);
});

test('who wants it is named, and it is never done unasked', () => {
  const [finding] = judgeReboot({ wantedBy: ['linux-image-6.8'], planned: false });
  expect(finding).toMatchObject({ code: 'reboot-pending', severity: 'risk' });
  expect(finding?.evidence).toContain('(linux-image-6.8)');
  expect(finding?.fixes).toMatchObject([{ consequence: expect.any(String) }]);
  expect(judgeReboot({ wantedBy: [], planned: false })[0]?.evidence).toMatch(/machine\.$/);
});
