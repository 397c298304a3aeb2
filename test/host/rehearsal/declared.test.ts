import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Actor } from '../../../src/engine/act.ts';
import type { Action } from '../../../src/engine/contracts/action.ts';
import type { JournalEntry } from '../../../src/engine/records/journal.ts';
import { STATE_DIR } from '../../../src/engine/records/state-dir.ts';
import type { Remains } from '../../../src/operations/uninstall/facts.ts';
import { lookAtRemains } from '../../../src/operations/uninstall/look.ts';
import { planUninstall } from '../../../src/operations/uninstall/plan.ts';
import type { Rehearsal } from '../../../src/rehearsal/index.ts';
import { installPackage } from '../../../src/rehearsal/tools/packages.ts';
import { answersWith } from '../../tasks/answers.ts';
import { createsSomething, refuseUndeclared } from '../../undeclared.ts';
import { codes, freshDroplet, run } from './runs.ts';

const shown = vi.hoisted(() => ({ otherwise: false, journal: [] as JournalEntry[] }));

// A rehearsal keeps no journal; here it does, so that whoever reads one has something to read.
vi.mock('../../../src/engine/records/journal.ts', async (original) => ({
  ...(await original<typeof import('../../../src/engine/records/journal.ts')>()),
  NO_JOURNAL: {
    note: async (entry: JournalEntry) => void shown.journal.push(entry),
    close: async () => undefined,
  },
}));

vi.mock('../../../src/engine/view.ts', async (original) => {
  const module = await original<typeof import('../../../src/engine/view.ts')>();
  return {
    ...module,
    viewAction: async (...words: Parameters<typeof module.viewAction>) => {
      const view = await module.viewAction(...words);
      if (!shown.otherwise || view.kind === 'write-file') return view;
      return {
        ...view,
        command: `as ${view.user ?? 'root'}: <${Buffer.from(view.command).toString('hex')}>`,
      };
    },
  };
});

interface Installed {
  readonly droplet: Rehearsal;
  readonly actions: readonly Action[];
  readonly remains: Remains;
}

/** Everything that an installation does, and what an uninstall finds of it. `before`: what is there already. */
async function install(before: (droplet: Rehearsal) => unknown = () => undefined): Promise<Installed> {
  const acted = vi.spyOn(Actor.prototype, 'act');
  shown.journal.length = 0;
  const droplet = freshDroplet();
  await before(droplet);
  const { summary } = await run(droplet);
  expect(codes(summary)).toEqual({});
  const actions = acted.mock.calls.map(([, action]) => action);
  droplet.machine.files.put(
    `${STATE_DIR}/journal/20261122T000000Z-install.jsonl`,
    shown.journal.map((entry) => `${JSON.stringify(entry)}\n`).join(''),
  );
  return { droplet, actions, remains: await lookAtRemains(droplet.host, answersWith()) };
}

/** What an uninstall of all of it would do, as commands and not as they are shown. */
const removals = (remains: Remains) => {
  const all = { edited: true, data: true, backup: undefined, certificate: true, user: true };
  const { steps, irreversible = [] } = planUninstall({ ...remains, nowMs: 0 }, all, answersWith());
  return [...steps.map((step) => step.do), ...irreversible].map((action) =>
    action.kind === 'write-file' ? action.path : action.argv.join(' '),
  );
};

/** A container's id comes with the moment at which it was made. */
const withoutIds = (lines: readonly string[]) =>
  lines.map((line) => line.replace(/\b[\da-f]{12}\b/g, '‹id›'));

afterEach(() => {
  vi.restoreAllMocks();
  shown.otherwise = false;
});

describe('what an installation makes', () => {
  let installed: Installed;
  beforeAll(async () => {
    installed = await install();
  });

  test('each action that makes something declares it', () => {
    expect(installed.actions.filter(createsSomething).length).toBeGreaterThan(20);
    expect(() => refuseUndeclared(installed.actions)).not.toThrow();
  });

  test('all of it is found again as ours', () => {
    const { images, rules, cli, signIns, user, account, certificate, data } = installed.remains;
    expect(images.map(({ name }) => name)).toEqual([
      'ghcr.io/open-webui/open-webui:main',
      'ghcr.io/paperclipai/paperclip:latest',
    ]);
    expect(rules).toEqual(['80/tcp', '443/tcp', 'in on docker0 to any port 8642 proto tcp']);
    expect(cli).toEqual({ folder: '/opt/cleo/claude-cli', link: '/usr/local/bin/claude' });
    expect(signIns).toEqual(['/home/cleo/.config/gh/hosts.yml', '/home/cleo/.claude/.credentials.json']);
    expect(user).toMatchObject({ name: 'cleo', made: true });
    expect(account).toEqual({ name: 'otto-paperclip', made: true });
    expect(certificate).toMatchObject({ made: true });
    expect(data.map(({ path, stays }) => [path, stays])).toEqual([
      ['/opt/cleo/open-webui', undefined],
      ['/opt/cleo/paperclip', undefined],
      ['/home/cleo/.hermes', undefined],
    ]);
  });

  test('shown otherwise, the same is removed', async () => {
    shown.otherwise = true;
    const { remains } = await install();
    expect(shown.journal.some((entry) => entry.phase === 'before' && 'command' in entry.view)).toBe(true);
    expect(withoutIds(removals(remains))).toEqual(withoutIds(removals(installed.remains)));
    expect(removals(remains).length).toBeGreaterThan(30);
  });
});

test('what release 1.0.0 noted of the same, in its journals alone, is read as well', async () => {
  const { droplet, remains } = await install();
  const { files } = droplet.machine;
  const lines = (path: string) => (files.read(path) ?? '').split('\n').filter((line) => line !== '');
  const parsed = (text: string) => JSON.parse(text) as Record<string, unknown>;
  // It declared nothing, and its ledger knew files by their hash only.
  const journal = `${STATE_DIR}/journal/20261122T000000Z-install.jsonl`;
  const old = lines(journal).map((line) => JSON.stringify({ ...parsed(line), makes: undefined }));
  files.put(journal, old.map((line) => `${line}\n`).join(''));
  const ledger = parsed(files.read(`${STATE_DIR}/ledger.json`) ?? '{}') as {
    files: Record<string, { sha256: readonly string[]; at: string }>;
  };
  const hashes = Object.entries(ledger.files).map(([path, { sha256, at }]) => [path, { sha256, at }]);
  files.put(`${STATE_DIR}/ledger.json`, JSON.stringify({ files: Object.fromEntries(hashes) }));
  const found = await lookAtRemains(droplet.host, answersWith());
  expect({ ...found, nowMs: 0 }).toEqual({ ...remains, nowMs: 0 });
});

test('what was there before stays: a package, a rule, a folder', async () => {
  const { remains, droplet } = await install(async ({ host, machine }) => {
    installPackage(machine, 'git');
    installPackage(machine, 'ufw');
    await host.exec(['ufw', 'allow', '443/tcp']);
    await host.exec(['install', '-d', '-m', '0755', '/opt/cleo/open-webui']);
  });
  expect(remains.rules).toEqual(['80/tcp', 'in on docker0 to any port 8642 proto tcp']);
  expect(remains.data[0]).toMatchObject({
    path: '/opt/cleo/open-webui',
    stays: 'it was there before otto-install',
  });
  const { things } = JSON.parse(droplet.machine.files.read(`${STATE_DIR}/ledger.json`) ?? '{}') as {
    things: readonly { kind: string; name: string; state: string }[];
  };
  const packages = Object.fromEntries(
    things.flatMap(({ kind, name, state }) => (kind === 'package' ? [[name, state]] : [])),
  );
  expect(packages).not.toMatchObject({ git: 'made' });
  expect(packages).toMatchObject({ nginx: 'made' });
});

test('adopting an Otto that was made by hand: each action declares, and what was there stays', async () => {
  const { machine, host } = freshDroplet();
  await run({ machine, host });
  // Nobody has noted anything, no container carries a label, and certbot has the site in another form.
  for (const path of machine.files.below('/var/lib/otto-install')) machine.files.remove(path);
  for (const [name, container] of machine.containers)
    machine.containers.set(name, { ...container, labels: {} });
  await host.exec(['ufw', '--force', 'delete', 'allow', '80/tcp']);
  const acted = vi.spyOn(Actor.prototype, 'act');
  await run({ machine, host });
  const actions = acted.mock.calls.map(([, action]) => action);
  expect(() => refuseUndeclared(actions)).not.toThrow();
  const remains = await lookAtRemains(host, answersWith());
  expect(remains.rules).toEqual(['80/tcp']);
  expect(remains.user?.made).toBe(false);
  expect(remains.images).toEqual([]);
  expect(remains.data.every(({ stays }) => stays !== undefined)).toBe(true);
});
