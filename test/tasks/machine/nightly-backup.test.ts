import { expect, test } from 'vitest';
import { ownVersion } from '../../../src/system/own-version.ts';
import { judgeNightly } from '../../../src/tasks/nightly-backup/outdated.ts';
import { makeProgram, NIGHTLY_PRIVATE, nightlyUnit } from '../../../src/tasks/nightly-backup/program.ts';

const config = {
  domain: 'otto.client.example',
  user: 'cleo',
  folder: '/var/backups',
  parts: [{ name: 'x' }],
  daily: true,
};
const program = (more: object) => String(makeProgram({ ...config, ...more }, undefined));
const now = program({ version: ownVersion(), private: NIGHTLY_PRIVATE });
const unit = String(nightlyUnit());

test('none, or the one of this release: nothing to do', () => {
  expect(judgeNightly(undefined)).toEqual([]);
  expect(judgeNightly({ program: now, unit })).toEqual([]);
});

test.each([
  [
    'the program of an earlier release',
    { program: program({ version: '0.9.0' }).replace('def make()', 'def made()'), unit },
  ],
  ['an earlier unit', { program: now, unit: '[Service]\n' }],
])('%s: written again with what it was told', (_, facts) => {
  const [finding] = judgeNightly(facts);
  expect(finding).toMatchObject({ code: 'nightly-backup-outdated', severity: 'risk' });
  const [write, describe, reload] = finding?.fixes[0]?.actions ?? [];
  expect(write).toMatchObject({
    kind: 'write-file',
    path: '/usr/local/lib/otto-install/backup.py',
    mode: 0o700,
  });
  expect(write?.kind === 'write-file' ? String(write.content) : '').toBe(now);
  expect(describe).toMatchObject({ path: '/etc/systemd/system/otto-install-backup.service', content: unit });
  expect(reload).toMatchObject({ argv: ['systemctl', 'daemon-reload'] });
});

test('one that was changed by hand beyond understanding is named, and left', () => {
  expect(judgeNightly({ program: 'print("mine")', unit })).toMatchObject([
    { code: 'nightly-backup-outdated', fixes: [] },
  ]);
});
