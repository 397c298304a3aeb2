import { expect, test } from 'vitest';
import { Actor } from '../../src/engine/act.ts';
import { Board } from '../../src/engine/board.ts';
import type { Action } from '../../src/engine/contracts/action.ts';
import { notOurs, stops } from '../../src/engine/contracts/effect.ts';
import type { Event } from '../../src/engine/contracts/event.ts';
import type { Operation, OperationPlan } from '../../src/engine/contracts/operation.ts';
import type { PlanView } from '../../src/engine/contracts/plan-view.ts';
import type { AnyTask, Finding } from '../../src/engine/contracts/task.ts';
import { DialogueDesk } from '../../src/engine/dialogue-desk.ts';
import { Events } from '../../src/engine/emit.ts';
import { type OperationEnd, operate, recover } from '../../src/engine/operate.ts';
import { viewPlan } from '../../src/engine/plan-view.ts';
import { NO_JOURNAL } from '../../src/engine/records/journal.ts';
import { Ledger } from '../../src/engine/records/ledger.ts';
import { loadRecord } from '../../src/engine/records/undo-record.ts';
import { Secret } from '../../src/secret/secret.ts';
import { FakeHost } from './fake-host.ts';
import { finding, NOBODY, run, type TestAnswers, task } from './tools.ts';

const STATE = '/var/lib/otto-install';

/** A machine that forgets a file when `rm` says so. */
function machine(): FakeHost {
  const host = new FakeHost();
  host.commands.rm = (argv) => {
    host.files.delete(argv.at(-1) ?? '');
    return {};
  };
  for (const name of ['one', 'two', 'three', 'un-one', 'un-two', 'un-three', 'tidy', 'last', 'clean'])
    host.commands[name] = () => ({});
  return host;
}

const step = (name: string) => ({ do: run(name), undo: run(`un-${name}`) });

const PLAN: OperationPlan = {
  steps: [step('one'), step('two'), { do: run('three') }],
  cleanupAfterSuccess: [run('tidy')],
};

type TestOperation = Operation<readonly Finding[], string, TestAnswers>;

function operation(changes: Partial<TestOperation> = {}): TestOperation {
  return {
    id: 'renovate',
    title: 'Renovate',
    why: 'Because.',
    look: async () => [],
    refuses: (findings) => findings,
    plan: () => PLAN,
    verifies: ['house'],
    ...changes,
  };
}

interface Setting {
  readonly host?: FakeHost;
  readonly tasks?: readonly AnyTask<TestAnswers>[];
  readonly stop?: AbortController;
  readonly agreed?: PlanView;
}

function eventsOf(host: FakeHost) {
  const events = new Events(() => host.now());
  const seen: Event[] = [];
  events.subscribe((event) => seen.push(event));
  return { emit: events.emit, differs: () => seen.filter(({ type }) => type === 'plan-differs') };
}

function parts({ host = machine(), stop = new AbortController() }: Setting) {
  const { emit, ...events } = eventsOf(host);
  const ledger = new Ledger(host, STATE, 'r1');
  const common = {
    host,
    emit,
    ledger,
    journal: NO_JOURNAL,
    desk: new DialogueDesk(emit),
    replacedDir: '/kept',
    presence: {},
  };
  const actor = (signal: AbortSignal) => new Actor({ ...common, stop: signal, dialogues: {}, progress: {} });
  const board = new Board(emit, { host, origin: (path) => ledger.origin(path) });
  return {
    ...{ host, board, emit, ...events, answers: NOBODY, stop: stop.signal, run: 'r1', stateDir: STATE },
    actor: actor(stop.signal),
    undoer: actor(new AbortController().signal),
  };
}

async function renovate(
  setting: Setting & { readonly changes?: Partial<TestOperation> } = {},
): Promise<{ readonly end: OperationEnd; readonly host: FakeHost; readonly differs: readonly Event[] }> {
  const { tasks = [task('house', () => [])], changes } = setting;
  const context = { ...parts(setting), tasks };
  const end = await operate(operation(changes), 'whatever', setting.agreed, context);
  return { end, host: context.host, differs: context.differs() };
}

const ran = ({ ran }: FakeHost) => ran.filter((line) => !line.startsWith('rm ')).join(' ');

test('all steps in order, the clean-up after the verification, and no record is left', async () => {
  const seen: string[] = [];
  const host = machine();
  const house = task('house', () => {
    seen.push(ran(host));
    return [];
  });
  const { end } = await renovate({ host, tasks: [house] });
  expect(end).toEqual({ kind: 'done' });
  expect(ran(host)).toBe('one two three tidy');
  expect(seen).toEqual(['', 'one two three']);
  expect(await loadRecord(host)).toBeUndefined();
});

test('what refuses begins nothing; a risk does not refuse', async () => {
  const refusing = await renovate({ changes: { look: async () => [finding('full')] } });
  expect([refusing.end.kind, ran(refusing.host)]).toEqual(['refused', '']);
  const risky = await renovate({ changes: { look: async () => [finding('old', { severity: 'risk' })] } });
  expect(risky.end.kind).toBe('done');
});

test('a step that fails is rolled back with those before it, in reverse order', async () => {
  const host = machine();
  host.commands.two = () => ({ exitCode: 3, stderr: 'no room' });
  const { end } = await renovate({ host });
  expect(end).toMatchObject({ kind: 'undone', reason: expect.stringContaining('Run two') });
  expect(ran(host)).toBe('one two un-two un-one');
  expect(await loadRecord(host)).toBeUndefined();
});

test('what is worse afterwards makes everything be rolled back', async () => {
  const host = machine();
  const house = task('house', () => (ran(host).includes('three') ? [finding('roof-gone')] : []));
  const { end } = await renovate({ host, tasks: [house] });
  expect(end).toEqual({ kind: 'undone', reason: 'saw roof-gone' });
  expect(ran(host)).toBe('one two three un-two un-one');
});

test('what it says to bring along is told, and is no reason to take it back; something else beside it is', async () => {
  const found = (codes: readonly string[]) => async () => {
    const host = machine();
    const house = task('house', () =>
      ran(host).includes('three') ? codes.map((code) => finding(code)) : [],
    );
    return (await renovate({ host, tasks: [house], changes: { accepts: ['old-paint'] } })).end.kind;
  };
  expect(await found(['old-paint'])()).toBe('done');
  expect(await found(['old-paint', 'roof-gone'])()).toBe('undone');
});

const TIDY_UNDONE = { plan: () => ({ ...PLAN, cleanupAfterUndo: [run('tidy')] }) };

test('copies that were only kept for the way back go once everything was rolled back, and not before', async () => {
  const host = machine();
  host.commands.two = () => ({ exitCode: 3 });
  expect((await renovate({ host, changes: TIDY_UNDONE })).end.kind).toBe('undone');
  expect(ran(host)).toBe('one two un-two un-one tidy');
  const stuck = machine();
  stuck.commands.three = () => ({ exitCode: 1 });
  stuck.commands['un-one'] = () => ({ exitCode: 1 });
  expect((await renovate({ host: stuck, changes: TIDY_UNDONE })).end.kind).toBe('stuck');
  expect(ran(stuck)).toBe('one two three un-two un-one');
  // It is among what the next start finds.
  stuck.commands['un-one'] = () => ({});
  expect((await recover(parts({ host: stuck }))).kind).toBe('undone');
  expect(ran(stuck)).toBe('one two three un-two un-one un-one tidy');
});

/** A record as release 1.0.0 wrote it, cut off after its second step. */
const RECORD_1_0 = {
  operation: 'renovate',
  title: 'Renovate the house',
  run: 'r',
  startedAt: '2026-11-22T10:00:00.000Z',
  state: 'at-work',
  begun: 2,
  undo: [[run('un-one')], [run('un-two')], [run('un-three')]],
  afterwards: [run('clean')],
};

test.each([
  ['is undone', {}, 'un-two un-one'],
  ['is undone, and cleaned up after', { undone: [run('tidy')], ends: [run('last')] }, 'un-two un-one tidy'],
  ['is finished', { state: 'verified' }, 'clean'],
  ['is finished for good', { state: 'verified', ends: [run('last')], undone: [run('tidy')] }, 'last clean'],
])('a record that release 1.0.0 left %s', async (_, changes, done) => {
  const host = machine();
  const content = JSON.stringify({ ...RECORD_1_0, ...changes });
  host.files.set(`${STATE}/operation.json`, { content, mode: 0o600, owner: 'root:root' });
  await recover(parts({ host }));
  expect(ran(host)).toBe(done);
  expect(host.files.has(`${STATE}/operation.json`)).toBe(false);
});

test('a record has the field names of release 1.0.0, which may be the one that finds it', async () => {
  const host = machine();
  host.commands.three = () => ({ exitCode: 1 });
  host.commands['un-two'] = () => ({ exitCode: 1 });
  const plan = () => ({ ...FINAL, cleanupAfterUndo: [run('clean')] });
  await renovate({ host, changes: { plan } });
  const record = JSON.parse(host.files.get(`${STATE}/operation.json`)?.content ?? '');
  expect(Object.keys(record).sort()).toEqual([...Object.keys(RECORD_1_0), 'ends', 'undone'].sort());
  expect([record.afterwards, record.ends, record.undone]).toMatchObject([
    [{ argv: ['tidy'] }],
    [{ argv: ['last'] }],
    [{ argv: ['clean'] }],
  ]);
});

test('what was wrong before is no reason to take anything back', async () => {
  const { end } = await renovate({ tasks: [task('house', () => [finding('old-crack')])] });
  expect(end.kind).toBe('done');
});

test('what comes up by itself is waited for, and given up in the end', async () => {
  const watch = { everyMs: 1_000, forMs: 10_000 };
  const host = machine();
  let looks = 0;
  const rising = task('house', () => {
    looks += 1;
    return looks > 1 && looks < 5 ? [finding('starting', { severity: 'missing', watch })] : [];
  });
  expect((await renovate({ host, tasks: [rising] })).end.kind).toBe('done');
  expect(looks).toBe(5);
  const other = machine();
  const never = task('house', () => (ran(other).includes('three') ? [finding('starting', { watch })] : []));
  expect((await renovate({ host: other, tasks: [never] })).end.kind).toBe('undone');
});

test('its own proof counts like a task', async () => {
  const { end, host } = await renovate({ changes: { proves: async () => [finding('cannot-sign-in')] } });
  expect(end).toEqual({ kind: 'undone', reason: 'saw cannot-sign-in' });
  expect(ran(host)).toBe('one two three un-two un-one');
});

test('a risk that its proof finds is a warning: it is done, and its finding stands', async () => {
  const risk = { ...finding('holds-damage'), severity: 'risk' as const };
  const { end, host } = await renovate({ changes: { proves: async () => [risk] } });
  expect(end).toEqual({ kind: 'done' });
  expect(ran(host)).not.toContain('un-');
});

test('what cannot be noted is not started, and what was started before is rolled back', async () => {
  const host = machine();
  const write = host.writeFile.bind(host);
  host.writeFile = async (path, content, options) => {
    if (ran(host) === 'one') throw new Error('the disk is full');
    return write(path, content, options);
  };
  const { end } = await renovate({ host });
  expect(end).toMatchObject({ kind: 'undone', reason: expect.stringContaining('the disk is full') });
  expect(ran(host)).toBe('one un-one');
});

test.each([
  ['is done all the same, and never taken back later', {}, 'done', 'one two three tidy'],
  [
    'is taken back where what has no way back comes next',
    { plan: () => FINAL },
    'undone',
    'one two three un-two un-one',
  ],
])('what is verified when that cannot be noted %s', async (_, changes, kind, expected) => {
  const host = machine();
  const write = host.writeFile.bind(host);
  host.writeFile = async (path, content, options) => {
    if (String(content).includes('"verified"')) throw new Error('the disk is full');
    return write(path, content, options);
  };
  const { end } = await renovate({ host, changes });
  expect([end.kind, ran(host)]).toEqual([kind, expected]);
  expect(await loadRecord(host)).toBeUndefined();
});

test('a proof that crashes proves nothing: all is rolled back', async () => {
  const proves = async () => {
    throw new Error('no answer at all');
  };
  const { end, host } = await renovate({ changes: { proves } });
  expect(end).toMatchObject({ kind: 'undone', reason: expect.stringContaining('no answer at all') });
  expect(ran(host)).toBe('one two three un-two un-one');
});

test.each([
  ['ends', {}],
  ['is killed', { exitCode: 143 }],
])('a stop in the middle takes back what was started, also when what is at work %s', async (_, answer) => {
  const stop = new AbortController();
  const host = machine();
  host.commands.two = () => {
    stop.abort('stopped by the operator');
    return answer;
  };
  const { end } = await renovate({ host, stop });
  expect(end).toEqual({ kind: 'undone', reason: 'stopped by the operator' });
  expect(ran(host)).toBe('one two un-two un-one');
});

test('when rolling back fails, the record stays and nothing more is tried', async () => {
  const host = machine();
  host.commands.three = () => ({ exitCode: 1 });
  host.commands['un-two'] = () => ({ exitCode: 1 });
  const { end } = await renovate({ host });
  expect(end.kind).toBe('stuck');
  expect(ran(host)).toBe('one two three un-two');
  expect(await loadRecord(host)).toMatchObject({ operation: 'renovate', state: 'at-work', begun: 2 });
  // The next start goes on from there: what was rolled back already is not rolled back again.
  host.commands['un-two'] = () => ({});
  host.ran.length = 0;
  expect((await recover(parts({ host }))).kind).toBe('undone');
  expect(ran(host)).toBe('un-two un-one');
});

/** The machine as a power cut leaves it while `during` runs. */
async function cutOffDuring(during: string): Promise<FakeHost> {
  const host = machine();
  const cut = new Error('power cut');
  const exec = host.exec.bind(host);
  let off = false;
  host.exec = (argv, options) => {
    off ||= argv[0] === during;
    if (off) throw cut;
    return exec(argv, options);
  };
  const kept = new Map<string, string>();
  host.writeFile = async (path, content) => {
    if (off) throw cut;
    kept.set(path, String(content));
  };
  await renovate({ host }).catch(() => undefined);
  const after = machine();
  for (const [path, content] of kept) after.files.set(path, { content, mode: 0o600, owner: 'root:root' });
  return after;
}

test.each([
  ['one', 'un-one'],
  ['two', 'un-two un-one'],
  ['three', 'un-two un-one'],
])('a power cut during step %s is rolled back at the next start', async (during, expected) => {
  const host = await cutOffDuring(during);
  const end = await recover(parts({ host }));
  expect(end.kind).toBe('undone');
  expect(ran(host)).toBe(expected);
  expect(await loadRecord(host)).toBeUndefined();
});

test('a power cut during the clean-up is finished, not rolled back', async () => {
  const host = await cutOffDuring('tidy');
  const end = await recover(parts({ host }));
  expect([end.kind, ran(host)]).toEqual(['done', 'tidy']);
});

test('nothing to recover is nothing to do', async () => {
  const host = machine();
  expect(await recover(parts({ host }))).toEqual({ kind: 'done' });
  expect(ran(host)).toBe('');
});

test('an undo with a secret in it is a mistake that shows before anything is started', async () => {
  const host = machine();
  const undo: Action = { ...run('un-one'), input: ['key=', new Secret('a-long-secret-value')] };
  const plan = () => ({ steps: [{ do: run('one'), undo }] });
  await expect(renovate({ host, changes: { plan } })).rejects.toThrow(/no secret/);
  expect(ran(host)).toBe('');
});

const FINAL: OperationPlan = { ...PLAN, irreversible: [run('last')] };

test('what has no way back is started once everything is verified, and before the clean-up', async () => {
  const host = machine();
  host.commands.last = () => ({});
  const seen: string[] = [];
  const house = task('house', () => {
    seen.push(ran(host));
    return [];
  });
  const { end } = await renovate({ host, tasks: [house], changes: { plan: () => FINAL } });
  expect([end.kind, ran(host), seen.at(-1)]).toEqual(['done', 'one two three last tidy', 'one two three']);
});

test('what has no way back and fails is told, never rolled back, and continued at the next start', async () => {
  const host = machine();
  host.commands.last = () => ({ exitCode: 1, stderr: 'busy' });
  const { end } = await renovate({ host, changes: { plan: () => FINAL } });
  expect(end).toMatchObject({
    kind: 'stuck',
    reason: expect.stringMatching(/busy\. Start otto-install again/),
  });
  expect(ran(host)).toBe('one two three last');
  host.commands.last = () => ({});
  expect((await recover(parts({ host }))).kind).toBe('done');
  expect(ran(host)).toBe('one two three last last tidy');
  expect(await loadRecord(host)).toBeUndefined();
});

test('what has no way back is not started when something is worse', async () => {
  const host = machine();
  const house = task('house', () => (ran(host).includes('three') ? [finding('roof-gone')] : []));
  const { end } = await renovate({ host, tasks: [house], changes: { plan: () => FINAL } });
  expect([end.kind, ran(host)]).toEqual(['undone', 'one two three un-two un-one']);
});

test('the plan that was agreed to is the plan that runs: another one is not started, and what differs is told', async () => {
  const agreed = await viewPlan(
    { steps: [{ do: run('one'), undo: run('un-one') }] },
    'Nobody can chat for a minute.',
    machine(),
  );
  const plan = (steps: OperationPlan['steps']): Partial<TestOperation> => ({
    plan: () => ({ steps }),
    consequence: () => 'Nobody can chat for a minute.',
  });
  const same = await renovate({ agreed, changes: plan([{ do: run('one'), undo: run('un-one') }]) });
  expect(same.end).toEqual({ kind: 'done' });
  expect(same.differs).toEqual([]);

  const host = machine();
  const other = await renovate({ agreed, host, changes: plan([{ do: run('two'), undo: run('un-one') }]) });
  expect(other.end).toEqual({ kind: 'refused' });
  expect(host.ran).toEqual([]);
  expect(other.differs).toMatchObject([
    { difference: ['-Run one', '-    one (root)', '+Run two', '+    two (root)'] },
  ]);
  const dearer = { ...plan([{ do: run('one'), undo: run('un-one') }]), consequence: () => 'For an hour.' };
  expect((await renovate({ agreed, changes: dearer })).differs).toMatchObject([
    { difference: ['-Nobody can chat for a minute.', '+For an hour.'] },
  ]);
  const unconditional = plan([{ do: run('one') }]);
  expect((await renovate({ agreed, changes: unconditional })).end).toEqual({ kind: 'refused' });
});

test('what it would do to what is not ours is not begun before somebody was shown the plan', async () => {
  const host = machine();
  const foreign: OperationPlan = { steps: [{ do: { ...run('one'), effects: stops('web', notOurs) } }] };
  const changes = { plan: () => foreign };
  expect((await renovate({ host, changes })).end).toEqual({ kind: 'refused' });
  expect(host.ran).toEqual([]);
  // Agreed to without that: another plan was shown.
  const { consequence: _, ...without } = await viewPlan(foreign, undefined, host);
  expect((await renovate({ host, agreed: without, changes })).end).toEqual({ kind: 'refused' });
  expect(host.ran).toEqual([]);
  const agreed = await viewPlan(foreign, undefined, host);
  expect(agreed.consequence).toBe('Stops web, which is not known to belong to this Otto.');
  expect((await renovate({ host, agreed, changes })).end).toEqual({ kind: 'done' });
  expect(host.ran).toContain('one');
});
