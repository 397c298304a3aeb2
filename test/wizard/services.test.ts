import { describe, expect, it } from 'vitest';
import { keptAnswers } from '../../src/answers/kept.ts';
import type { Question } from '../../src/answers/question.ts';
import { questionsFor } from '../../src/answers/questions.ts';
import { typedBefore } from '../../src/answers/typed-secrets.ts';
import type { StartWork } from '../../src/detached/work.ts';
import type { RunSummary } from '../../src/engine/contracts/run.ts';
import { createRehearsal } from '../../src/rehearsal/index.ts';
import { createWizardServices } from '../../src/wizard/services.ts';
import { ended } from '../events.ts';
import { ScriptedRun } from '../scripted-run.ts';

const STATE = '/var/lib/otto-install';

/** The wizard's services on a droplet on which these files were left behind. */
async function servicesAfter(files: Readonly<Record<string, unknown>>, start?: StartWork) {
  const { host } = createRehearsal({ speed: 1_000 });
  await host.exec(['install', '-d', '-m', '0700', STATE], { timeoutMs: 1_000 });
  for (const [name, content] of Object.entries(files))
    await host.writeFile(name.startsWith('/') ? name : `${STATE}/${name}`, JSON.stringify(content), {
      mode: 0o600,
    });
  return createWizardServices({
    host,
    session: { version: '1.0.0', machine: 'droplet', rehearsal: true, now: () => host.now() },
    inputs: { saved: await keptAnswers(host) },
    onMachine: new Set(),
    typedBefore: await typedBefore(host),
    onProblem: () => {},
    start,
  });
}

const ANSWERS = {
  domain: 'otto.example.com',
  email: 'ops@example.com',
  adminEmail: 'a@example.com',
  adminName: 'Ada',
  user: 'cleo',
};
const PROGRESS = {
  run: '1',
  version: '1.0.0',
  startedAt: '2026-11-22T17:00:00.000Z',
  updatedAt: '2026-11-22T17:03:00.000Z',
  tasks: { machine: 'healthy', domain: 'healthy', packages: 'unhealthy' },
};

const open = (services: Awaited<ReturnType<typeof servicesAfter>>) =>
  questionsFor(services.draft)
    .filter((question: Question) => !services.isKept(question))
    .map(({ id }) => id);

describe('where a domain leads, while it is typed', () => {
  it('is a warning that lets the operator go on, never a cross', async () => {
    const services = await servicesAfter({});
    const lines = await services.checkDomain('otto.nowhere.example');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.map(({ mark }) => mark)).not.toContain('broken');
    expect(lines.at(-1)?.text).toContain('you can go on');
  });
});

describe('the end of a run that has a process of its own', () => {
  it('shows a generated password, also when the run says that it has ended before it says what it gave', async () => {
    const over = Promise.withResolvers<RunSummary>();
    let gave = false;
    class Run extends ScriptedRun {
      override readonly result = over.promise as Promise<never>;
    }
    const run = new Run();
    const services = await servicesAfter({}, () => ({ run, gavePassword: () => gave }));
    const answers = services.complete({
      ...ANSWERS,
      adminPassword: undefined,
      claude: 'login',
      github: 'login',
    });
    services.install(answers);
    run.emit(ended('healthy'));
    const outcome = services.outcome(undefined as never, answers);
    gave = true;
    over.resolve({
      run: '1',
      mode: 'install',
      outcome: 'healthy',
      ms: 1,
      commandMs: 1,
      actions: 1,
      tasks: [],
    });
    expect((await outcome).password).toBe(answers.adminPassword.reveal());
  });
});

describe('a second start', () => {
  it('knows that the last run was cut off, and needs no answer again', async () => {
    const services = await servicesAfter({
      'answers.json': { ...ANSWERS, claude: 'login' },
      'progress.json': PROGRESS,
    });
    const look = await services.lookAtMachine();
    expect(look.answered).toBe(true);
    expect(look.last).toMatchObject({ mark: 'risk', text: expect.stringMatching(/cut off .*2 of 20 parts/) });
    expect(open(services)).toEqual([]);
    expect(services.complete(services.draft)).toMatchObject({ domain: 'otto.example.com', adminName: 'Ada' });
  });

  it('asks again for a password that was typed, instead of generating another one', async () => {
    const services = await servicesAfter({
      'answers.json': { ...ANSWERS, claude: 'login' },
      'progress.json': PROGRESS,
      'typed-secrets.json': ['adminPassword'],
    });
    expect(open(services)).toEqual(['adminPasswordChoice', 'adminPassword', 'adminPasswordAgain']);
  });

  it('asks again for a key that is kept nowhere', async () => {
    const services = await servicesAfter({
      'answers.json': { ...ANSWERS, claude: 'api-key' },
      'progress.json': PROGRESS,
    });
    expect(open(services)).toEqual(['anthropicApiKey']);
  });

  it('leaves out what is no answer any more', async () => {
    const services = await servicesAfter({
      'answers.json': { ...ANSWERS, domain: 'not a name', colour: 'blue' },
    });
    expect((await services.lookAtMachine()).answered).toBe(false);
    expect(services.draft).not.toHaveProperty('colour');
    expect(services.draft).not.toHaveProperty('domain');
  });

  it('has nothing to say on a machine without an earlier run', async () => {
    const look = await (await servicesAfter({})).lookAtMachine();
    expect(look.answered).toBe(false);
    expect(look.last).toBeUndefined();
    expect(look.busy).toBeUndefined();
  });
});

describe('the home', () => {
  /** A droplet with an Otto's unit, on which the last run ended like this. */
  async function withOtto(outcome: string | undefined, answers: object = ANSWERS) {
    const services = await servicesAfter({
      'answers.json': answers,
      ...(outcome === 'none' ? {} : { 'progress.json': { ...PROGRESS, outcome } }),
      '/etc/systemd/system/hermes-gateway.service': 'API_SERVER_ENABLED=true',
    });
    return services.lookAtMachine();
  }

  it.each([
    ['after a run that ended healthy', 'healthy', true],
    ['after a run that left something', 'findings', true],
    ['of an Otto that no run has made', 'none', true],
    ['not while an installation has to be gone on with', undefined, undefined],
    ['not after an installation was stopped', 'stopped', undefined],
  ])('%s', async (_, outcome, home) => {
    expect((await withOtto(outcome)).home).toBe(home);
  });

  it('not without a name to look at', async () => {
    expect((await withOtto('healthy', {})).home).toBeUndefined();
  });

  it('not on a machine without an Otto', async () => {
    const services = await servicesAfter({
      'answers.json': ANSWERS,
      'progress.json': { ...PROGRESS, outcome: 'findings' },
    });
    expect((await services.lookAtMachine()).home).toBeUndefined();
  });

  it('fixes without a key that only the machine has', async () => {
    const services = await servicesAfter({ 'answers.json': { ...ANSWERS, claude: 'api-key' } });
    expect(services.canFix(services.draft)).toBe(true);
    const { email: _, ...without } = ANSWERS;
    expect((await servicesAfter({ 'answers.json': without })).canFix({})).toBe(false);
  });
});
