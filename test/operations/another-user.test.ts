import { expect, test } from 'vitest';
import { backup } from '../../src/operations/backup/index.ts';
import type { RestoreFacts } from '../../src/operations/restore/facts.ts';
import { consequenceOf } from '../../src/operations/restore/judge.ts';
import { refusesRotation } from '../../src/operations/rotate-key/judge.ts';
import type { UpdateFacts } from '../../src/operations/update-hermes/facts.ts';
import { refusesUpdate } from '../../src/operations/update-hermes/judge.ts';
import { lookElsewhere } from '../../src/tasks/hermes-code/running-elsewhere.ts';
import { FakeHost } from '../engine/fake-host.ts';
import { answersWith } from '../tasks/answers.ts';
import { NOW } from '../tasks/containers.ts';

/** Hermes of its vendor's script, as root. Operations that know only the deploy user's must not take it for a missing one. */
const elsewhere = {
  user: 'root',
  home: '/root/.hermes',
  code: '/usr/local/lib/hermes-agent',
  unit: '/etc/systemd/system/hermes-gateway.service',
  active: true,
};
const where = /Hermes runs as root, from \/usr\/local\/lib\/hermes-agent, .* in \/root\/\.hermes/;

test('an update is refused, and says how that Hermes is updated', () => {
  const code = { checkout: { kind: 'absent' }, venv: { kind: 'absent' }, elsewhere };
  const found = refusesUpdate({ code } as unknown as UpdateFacts);
  expect(found).toMatchObject([{ code: 'update-hermes-of-another-user', severity: 'blocked' }]);
  expect(found[0]?.evidence).toMatch(where);
  expect(found[0]?.reason).toContain('As root, `hermes update` in /usr/local/lib/hermes-agent');
  const missing = refusesUpdate({ code: { ...code, elsewhere: undefined } } as unknown as UpdateFacts);
  expect(missing).toMatchObject([{ code: 'update-hermes-not-whole' }]);
});

test('its key is not called missing', () => {
  const nothing = {
    env: undefined,
    key: undefined,
    container: undefined,
    creationSpec: undefined,
    envFile: undefined,
    nowMs: NOW,
  };
  expect(refusesRotation({ ...nothing, elsewhere })).toMatchObject([{ code: 'rotate-key-of-another-user' }]);
  expect(refusesRotation({ ...nothing, elsewhere })[0]?.reason).toContain('/root/.hermes/.env');
  expect(refusesRotation(nothing)).toMatchObject([{ code: 'rotate-no-key' }]);
});

test('a backup without its memory is not called complete, before and after', async () => {
  const facts = {
    survey: undefined,
    said: '',
    apt: undefined,
    daily: false,
    domain: 'x.example',
    nowMs: NOW,
  };
  const now = { kind: 'now', wish: { folder: '/mnt', file: '/mnt/a.tar.gz', encrypt: false } } as const;
  expect(backup.consequence?.({ ...facts, elsewhere }, now)).toMatch(
    /That is not in the backup: copy \/root\/\.hermes as well\.$/,
  );
  const told = async (more: object) =>
    (await backup.summaryAfter?.(new FakeHost(), { ...facts, ...more }, now))?.join('\n');
  const summary = await told({ elsewhere });
  expect(summary).toMatch(where);
  expect(summary).not.toContain('is complete');
  expect(backup.consequence?.(facts, now)).toBeUndefined();
  expect(await told({})).toContain('is complete');
  expect(backup.consequence?.({ ...facts, elsewhere }, { kind: 'end-daily' })).toBeUndefined();
});

test('a restore says that it stays there, and is not used any more', () => {
  const archive = {
    ok: true,
    madeAt: '2026-11-22T23:10:00Z',
    accounts: 2,
    chats: 3,
    lacks: [],
    present: undefined,
  };
  const choice = { from: '/a.tar.gz' };
  const facts = { archive, elsewhere } as unknown as RestoreFacts;
  expect(consequenceOf(facts, choice)).toMatch(/All of that stays there and is not used any more/);
  expect(consequenceOf({ ...facts, elsewhere: undefined }, choice)).not.toContain('Hermes runs as');
});

test('of the deploy user, and where there is no unit, it is nowhere else', async () => {
  const host = new FakeHost();
  host.commands.systemctl = () => ({ stdout: 'LoadState=not-found\nActiveState=inactive\n' });
  expect(await lookElsewhere(host, answersWith())).toBeUndefined();
});
