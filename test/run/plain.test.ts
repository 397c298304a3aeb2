import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/engine/contracts/event.ts';
import { exitCodeOf } from '../../src/run/exit-code.ts';
import { PlainWriter } from '../../src/run/plain.ts';
import { planText } from '../../src/run/plan-text.ts';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import { ended, finding, installation, runAction, started, task, writeAction } from '../events.ts';

function linesOf(events: readonly Event[]): readonly string[] {
  const writer = new PlainWriter();
  return events.flatMap((event) => writer.take(event));
}

describe('a run as lines', () => {
  it('tells what is done, what is asked and how it ended, one line for each', () => {
    expect(linesOf(installation).join('\n')).toBe(`otto-install 1.0.0 on droplet: installing or repairing
Log: /var/log/otto-install/1.log

  0:00    Packages: Install packages
  0:00      apt-get install git
  0:00      Packages: 3 of 7 packages
  0:00  ✗ Domain needs a decision
        ✗ otto.example.com is not in DNS yet.
          Why: Visitors find this machine by its name.
          Without it: There will be no certificate.
          (domain-not-in-dns)
  0:05      Packages: done in 5.0 s
  0:05  ● Packages  5.2 s
  0:09    decided: Skip
  0:09  – Domain: There will be no certificate.

Otto is not ready yet (1 min 0 s, 2 actions)
Log: /var/log/otto-install/1.log`);
  });

  it('says each minute that what takes long is still at work, unless a counter has just moved', () => {
    const at = (seconds: number) => ({ at: seconds * 1000, task: 'packages', action: 'a1' });
    const begun: readonly Event[] = [
      started([task('packages')]),
      { type: 'action-started', ...at(0), view: runAction },
    ];
    const minute: Event = { type: 'action-goes-on', ...at(60), ms: 60_000 };
    const lastOf = (events: readonly Event[]) =>
      linesOf([...begun, ...events])
        .at(-1)
        ?.trim();
    expect(lastOf([minute])).toBe('1:00      Packages: still at work after 1 min 0 s, and has said nothing');
    expect(lastOf([{ type: 'action-output', ...at(5), line: 'Fetched 3 MB' }, minute])).toBe(
      '1:00      Packages: still at work after 1 min 0 s; it last said: Fetched 3 MB',
    );
    const counter: Event = { type: 'action-progress', ...at(50), done: 3, unit: 'MB' };
    expect(lastOf([counter, minute])).toBe('0:50      Packages: 3 MB');
  });

  it.each([
    ['healthy', 0, /^Done; what was unhealthy before still is/],
    ['unhealthy', 1, /^Not started/],
  ] as const)('an operation that is %s, with a part that is not well', (state, exitCode, words) => {
    const writer = new PlainWriter();
    const lines = [
      started([task('restore'), task('first-login')], 'operate'),
      { type: 'task-state', at: 1, task: 'restore', state },
      { type: 'task-state', at: 2, task: 'first-login', state: 'unhealthy' },
      ended('findings'),
    ].flatMap((event) => writer.take(event as Event));
    expect(lines.find((line) => /^(Done|Not)/.test(line))).toMatch(words);
    expect(exitCodeOf(writer.model)).toBe(exitCode);
  });

  it('an operation that is done with a warning says so, and its exit code does', () => {
    const writer = new PlainWriter();
    const risk = finding({ severity: 'risk', code: 'backup-holds-damage' });
    const lines = [
      started([task('backup')], 'operate'),
      { type: 'findings', at: 1, task: 'backup', findings: [risk] },
      { type: 'task-state', at: 1, task: 'backup', state: 'healthy' },
      ended('healthy'),
    ].flatMap((event) => writer.take(event as Event));
    expect(lines.join('\n')).toContain('Done, with a warning');
    expect(lines.join('\n')).toContain('backup-holds-damage');
    expect(exitCodeOf(writer.model)).toBe(1);
  });

  it('says why an action failed, and what it printed last', () => {
    const failed = linesOf([
      started([task('packages')]),
      { type: 'action-started', at: 0, task: 'packages', action: 'a', view: runAction },
      {
        type: 'action-ended',
        at: 2_000,
        task: 'packages',
        action: 'a',
        ok: false,
        ms: 2_000,
        failure: {
          action: runAction,
          exitCode: 100,
          timedOut: false,
          tail: ['E: Could not get lock'],
          reason: 'Another program installs packages.',
          next: 'Wait until it has ended.',
        },
      },
    ]).join('\n');
    for (const words of ['failed after 2.0 s', 'Another program', 'Wait until', '| E: Could not get lock']) {
      expect(failed).toContain(words);
    }
  });

  it('shows each finding of a check with its reason and its fix', () => {
    const risk = finding({ severity: 'risk', code: 'small' });
    const lines = linesOf([
      started([task('machine')], 'check'),
      { type: 'findings', at: 5, task: 'machine', findings: [risk] },
      { type: 'task-state', at: 6, task: 'machine', state: 'healthy' },
      ended('findings', 10),
    ]).join('\n');
    expect(lines).toContain('▲ Machine');
    expect(lines).toContain('▲ git is not installed.\n  Why: Hermes is cloned with it.\n  Fix: Install git');
    expect(lines).toContain('There are findings (0.0 s)');
  });

  it('marks a rehearsal', () => {
    const [first] = installation;
    const rehearsal = { ...first, host: 'rehearsal' } as Event;
    expect(linesOf([rehearsal]).join('\n')).toContain('REHEARSAL');
  });

  it('tells progress and waiting now and then, whatever their counters say', () => {
    const progress = (at: number, done: number): Event => {
      return { type: 'action-progress', at, task: 'image', action: 'a', done, total: 800, unit: 'MB' };
    };
    const waiting = (at: number, note: string): Event => {
      return { type: 'task-state', at, task: 'image', state: 'watching', note };
    };
    const all = linesOf([
      started([task('image')]),
      ...Array.from({ length: 30 }, (_, n) => progress(n * 1_000, n * 10)),
      ...Array.from({ length: 30 }, (_, n) => waiting(n * 1_000, `starting for ${n} s`)),
      waiting(30_000, 'restarting'),
    ]);
    expect(all.filter((line) => line.includes(' MB'))).toHaveLength(3);
    expect(all.filter((line) => line.includes('starting for'))).toHaveLength(2);
    expect(all.at(-1)).toContain('restarting');
  });

  it('is silent about the output of commands', () => {
    expect(linesOf(installation).join('\n')).not.toContain('Get: git');
  });
});

describe('a plan as text', () => {
  const tasksOf = (events: readonly Event[]) => events.reduce(reduce, NOT_STARTED).tasks;

  it('is not preceded by a list of what is not there yet', () => {
    const events: Event[] = [
      started([task('packages')], 'plan'),
      { type: 'task-state', at: 1, task: 'packages', state: 'unhealthy' },
    ];
    const writer = new PlainWriter();
    expect(events.flatMap((event) => writer.take(event)).join('\n')).not.toContain('Packages');
  });

  it('has every command, and every file with its change', () => {
    const unit = finding({
      evidence: 'The service is not there.',
      fixes: [
        {
          id: 'make-service',
          title: 'Make the service',
          actions: [writeAction],
          consequence: 'Hermes restarts.',
        },
      ],
    });
    const tasks = tasksOf([
      started([task('machine'), task('packages'), task('hermes')], 'plan'),
      { type: 'findings', at: 1, task: 'packages', findings: [finding()] },
      { type: 'findings', at: 1, task: 'hermes', findings: [unit] },
    ]);
    expect(planText(tasks, 'Plan')).toBe(`Plan

2 actions in 2 parts.

● Healthy: Machine

Packages
  ○ git is not installed.
    Install git
      apt-get install git

Hermes
  ○ The service is not there.
    Make the service (asks you first: Hermes restarts.)
      write  /etc/systemd/system/hermes-gateway.service  0644 root:root  (a new file)
        +[Unit]
        +Description=Hermes
`);
  });

  it('says so when there is nothing to do', () => {
    expect(planText(tasksOf([started([task('machine')], 'plan')]), 'Plan')).toContain('Nothing to do');
  });
});
