import { expect, test } from 'vitest';
import { layout } from '../../../src/answers/layout.ts';
import type { Thing } from '../../../src/engine/contracts/thing.ts';
import { readHistory } from '../../../src/operations/uninstall/history-1.0.ts';
import { lookAtData } from '../../../src/operations/uninstall/look-data.ts';
import { hasPortRules, lookAtPaperclip } from '../../../src/operations/uninstall/look-rest.ts';
import { origins } from '../../../src/operations/uninstall/origins.ts';
import { FakeHost } from '../../engine/fake-host.ts';
import { answersWith } from '../../tasks/answers.ts';

const place = layout(answersWith());
/** A ledger that says that we made these. */
const made = (...things: readonly (readonly [Thing['kind'], string])[]) =>
  origins(
    things.map(([kind, name]) => ({ kind, name, state: 'made', run: 'r1', at: '2026-11-22T20:00:00.000Z' })),
    readHistory([], place),
  );
const USER = ['user', 'otto-paperclip'] as const;
const GROUP = ['group', 'otto-paperclip'] as const;

test.each<[string, readonly string[], readonly (readonly [Thing['kind'], string])[], object | undefined]>([
  ['neither user nor group', [], [GROUP, USER], undefined],
  ['both, made by us', ['passwd', 'group'], [GROUP, USER], { name: 'otto-paperclip', made: true }],
  ['only the group: cut off between the two', ['group'], [GROUP], { name: 'otto-paperclip', made: true }],
  ['made by somebody else', ['passwd', 'group'], [['user', 'cleo']], { name: 'otto-paperclip', made: false }],
])('the account of Paperclip: %s', async (_, there, things, expected) => {
  const host = new FakeHost();
  host.commands.getent = ([, base = '']) => ({ exitCode: there.includes(base) ? 0 : 2 });
  expect((await lookAtPaperclip(host, made(...things))).account).toEqual(expected);
});

test('the rules for ports, and a machine without nft', async () => {
  const host = new FakeHost();
  const answers = [0, 1, 127].map(async (exitCode) => {
    const one = new FakeHost();
    one.commands.nft = () => ({ exitCode });
    return hasPortRules(one);
  });
  expect(await Promise.all(answers)).toEqual([true, false, false]);
  expect(await hasPortRules(host)).toBe(false);
});

class ListingHost extends FakeHost {
  override async list(folder?: string): Promise<undefined> {
    const names = [...this.files.keys()].filter((path) => path.slice(0, path.lastIndexOf('/')) === folder);
    return names.map((path) => path.slice(path.lastIndexOf('/') + 1)) as never;
  }
}

test('what lies beside Paperclip’s data: earlier states and copies that were cut off, nothing else', async () => {
  const host = new ListingHost();
  const put = (path: string) => host.files.set(path, { content: '', mode: 0o600, owner: 'root:root' });
  const beside = [
    '/opt/cleo/paperclip.env',
    '/opt/cleo/paperclip.aside-20261122T200000Z',
    '/opt/cleo/paperclip.before-update',
    '/opt/cleo/paperclip.renewed',
  ];
  for (const path of [
    ...beside,
    '/opt/cleo/paperclip.aside-mine',
    '/opt/cleo/paperclip-notes',
    '/opt/cleo/other.renewed',
  ])
    put(path);
  const look = () =>
    lookAtData(host, {
      origins: made(['folder', '/opt/cleo/paperclip']),
      placed: [],
      containers: [],
      units: [],
      place,
    });
  // Cut off while it was moved aside, it is the data.
  expect(await look()).toMatchObject([{ path: beside[1], files: [beside[0], beside[2], beside[3]] }]);
  put('/opt/cleo/paperclip/instances');
  put('/opt/cleo/paperclip');
  expect(await look()).toMatchObject([
    { path: '/opt/cleo/paperclip', files: beside, stays: undefined, owner: 'otto-paperclip' },
  ]);
});
