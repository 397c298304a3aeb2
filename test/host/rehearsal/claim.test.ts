import { expect, test } from 'vitest';
import type { Event } from '../../../src/engine/contracts/event.ts';
import { startRun } from '../../../src/engine/run.ts';
import { closeContainers, openContainers } from '../../../src/rehearsal/containers.ts';
import type { Rehearsal } from '../../../src/rehearsal/index.ts';
import type { Machine } from '../../../src/rehearsal/machine.ts';
import { Unreachable } from '../../../src/rehearsal/network.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { dialogues } from '../../../src/system/dialogues.ts';
import { progressReaders } from '../../../src/system/progress.ts';
import { tasks } from '../../../src/tasks/index.ts';
import { answersWith } from '../../tasks/answers.ts';
import { thorough } from '../../thorough.ts';
import { codes, findingsOf, freshDroplet, run } from './runs.ts';

/** Another user of the droplet tries to become Open WebUI's administrator while it is installed, and power cuts help. */

const answers = answersWith({
  unattended: true,
  githubToken: new Secret(`ghp_${'a'.repeat(36)}`),
  claude: 'api-key',
  anthropicApiKey: new Secret(`sk-ant-api03-${'a'.repeat(40)}`),
});
const DATABASE = '/opt/cleo/open-webui/webui.db';

/** Everybody who has an account, the first first. */
function accountsOn({ files }: Machine): readonly string[] {
  const { users = [] } = JSON.parse(files.read(DATABASE) ?? '{}') as { users?: { email: string }[] };
  return users.map(({ email }) => email);
}

/** Signs up wherever something listens on this machine; returns where that went well. */
async function signUpEverywhere({ listeners }: Machine): Promise<readonly number[]> {
  const got: number[] = [];
  for (const { port, handle } of [...listeners.values()]) {
    try {
      const answer = await handle({
        method: 'POST',
        url: new URL(`http://127.0.0.1:${port}/api/v1/auths/signup`),
        headers: { host: 'otto.client.example' },
        body: JSON.stringify({ name: 'M', email: 'mallory@elsewhere.example', password: 'x' }),
        from: 'droplet',
      });
      if (answer.status === 200 && answer.body.includes('mallory')) got.push(port);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
  }
  return got;
}

/** A run with a claimant beside it, who tries at every event. `cutAt`: the power goes when this action begins or ends. */
async function beset(
  { host, machine }: Rehearsal,
  cutAt?: (event: Event, purpose: string) => boolean,
): Promise<{
  readonly outcome: string;
  readonly got: readonly number[];
  readonly purposes: readonly string[];
}> {
  const started = startRun({
    tasks,
    host,
    answers,
    mode: 'install',
    version: '1.0.0',
    dialogues,
    progress: progressReaders,
  });
  const got: number[] = [];
  const purposes: string[] = [];
  const byId = new Map<string, string>();
  const tries: Promise<unknown>[] = [];
  started.subscribe((event) => {
    if (event.type === 'action-started') {
      byId.set(event.action, event.view.purpose);
      if (event.task === 'first-admin' || event.task === 'open-webui') purposes.push(event.view.purpose);
    }
    tries.push(signUpEverywhere(machine).then((ports) => got.push(...ports)));
    if ('action' in event && cutAt?.(event, byId.get(event.action) ?? '') === true)
      started.stop('a power cut');
  });
  const { outcome } = await started.result;
  await Promise.all(tries);
  return { outcome, got, purposes };
}

/** What a power cut and the next boot make of the containers. */
async function powerCut({ machine }: Rehearsal): Promise<readonly number[]> {
  closeContainers(machine);
  const before = await signUpEverywhere(machine);
  if (machine.units.get('docker.service')?.active === true) openContainers(machine);
  // Long enough for whatever started to answer.
  await machine.wait(60_000);
  return [...before, ...(await signUpEverywhere(machine))];
}

test('a whole installation: nobody else gets in, and the administrator is ours and noted', async () => {
  const rehearsal = freshDroplet();
  const { outcome, got, purposes } = await beset(rehearsal);
  expect({ outcome, got }).toEqual({ outcome: 'healthy', got: [] });
  expect(accountsOn(rehearsal.machine)).toEqual(['admin@client.example']);
  expect([...rehearsal.machine.containers.keys()].toSorted()).toEqual(['open-webui', 'paperclip']);
  const note = rehearsal.machine.files.read('/var/lib/otto-install/administrators.json') ?? '';
  expect(JSON.parse(note).administrators).toMatchObject([{ email: 'admin@client.example' }]);
  const at = (purpose: string) => purposes.indexOf(purpose);
  expect(at('Make admin@client.example the administrator')).toBeGreaterThan(0);
  expect(at('Publish Open WebUI on 127.0.0.1')).toBeGreaterThan(
    at('Make admin@client.example the administrator'),
  );
});

const CUTS = [
  'Create the container of Open WebUI',
  "Take it off Docker's network before it runs, so that nobody else can reach it",
  'Start Open WebUI without a network, where nobody else can reach it',
  'Wait until Open WebUI answers',
  'Make admin@client.example the administrator',
  'Record that admin@client.example is an administrator of Open WebUI',
  'Make sure that it has an administrator before others can reach it',
  'Publish Open WebUI on 127.0.0.1',
  'Let Docker start the container at boot',
  'Name the container open-webui',
];

/** The end of one is all but the start of the next. */
const AT = thorough ? ['action-started', 'action-ended'] : ['action-ended'];

test.each(CUTS.flatMap((purpose) => AT.map((at) => [purpose, at])))(
  'the power goes at "%s" (%s): the next run goes on, and nobody else got in meanwhile',
  async (purpose, type) => {
    const rehearsal = freshDroplet();
    const first = await beset(rehearsal, (event, at) => event.type === type && at === purpose);
    expect({ outcome: first.outcome, got: first.got }).toEqual({ outcome: 'stopped', got: [] });
    expect(await powerCut(rehearsal)).toEqual([]);
    const second = await beset(rehearsal);
    expect({ outcome: second.outcome, got: second.got }).toEqual({ outcome: 'healthy', got: [] });
    expect(accountsOn(rehearsal.machine)).toEqual(['admin@client.example']);
    expect([...rehearsal.machine.containers.keys()].toSorted()).toEqual(['open-webui', 'paperclip']);
  },
);

async function installed(): Promise<Rehearsal> {
  const rehearsal = freshDroplet();
  await run(rehearsal, 'install', answers);
  return rehearsal;
}

/** Takes the accounts away: an Open WebUI that was started and never claimed, as an older release left it after a cut. */
function unclaim({ machine }: Rehearsal): void {
  const data = JSON.parse(machine.files.read(DATABASE) ?? '{}');
  const settings = { ...data.settings, 'ui.enable_signup': true };
  machine.files.put(DATABASE, JSON.stringify({ users: [], settings }));
}

test('one that runs unclaimed where others reach it is cut off, claimed and started again, unasked', async () => {
  const rehearsal = await installed();
  unclaim(rehearsal);
  const before = rehearsal.machine.containers.get('open-webui')?.id;
  const { summary, done } = await run(rehearsal, 'install', answers);
  expect(summary.outcome).toBe('healthy');
  expect(done).toContain('Disconnect Open WebUI from the network bridge');
  expect(accountsOn(rehearsal.machine)).toEqual(['admin@client.example']);
  const after = rehearsal.machine.containers.get('open-webui');
  expect(after?.id).not.toBe(before);
  expect(after?.connected).toBe(true);
});

test('one that was set aside keeps its data in itself: nothing new is claimed beside it', async () => {
  const rehearsal = await installed();
  const container = rehearsal.machine.containers.get('open-webui');
  if (container === undefined) throw new Error('there is no container');
  rehearsal.machine.containers.delete('open-webui');
  rehearsal.machine.containers.set('open-webui-before', {
    ...container,
    name: 'open-webui-before',
    mounts: {},
  });
  rehearsal.machine.files.remove(DATABASE);
  expect(await findingsOf('first-admin', rehearsal, answers)).toEqual([]);
});

test('somebody was faster: the run does not end well, and says who it is', async () => {
  const rehearsal = await installed();
  unclaim(rehearsal);
  rehearsal.machine.files.remove('/var/lib/otto-install/verified.json');
  rehearsal.machine.files.remove('/var/lib/otto-install/administrators.json');
  expect(await signUpEverywhere(rehearsal.machine)).toContain(8080);
  const { summary } = await run(rehearsal, 'install', answers);
  expect(summary.outcome).toBe('findings');
  expect(codes(summary)['first-admin']).toEqual(['administrator-is-a-stranger']);
  expect((await run(rehearsal, 'check', answers)).summary.outcome).toBe('findings');
});

test('with consent it starts again with an empty one, and what the other one had is kept aside', async () => {
  const rehearsal = await installed();
  unclaim(rehearsal);
  rehearsal.machine.files.remove('/var/lib/otto-install/verified.json');
  rehearsal.machine.files.remove('/var/lib/otto-install/administrators.json');
  await signUpEverywhere(rehearsal.machine);
  const { summary, asked } = await run(rehearsal, 'install', { ...answers, unattended: false });
  expect(asked).toContain('administrator-is-a-stranger');
  expect(summary.outcome).toBe('healthy');
  expect(accountsOn(rehearsal.machine)).toEqual(['admin@client.example']);
});
