import type { ActionView } from '../src/engine/contracts/action-view.ts';
import type { Event, FindingView, TaskView } from '../src/engine/contracts/event.ts';
import type { RunModel } from '../src/run/view-model.ts';

/** Pieces of recorded runs, for what reads events. Times are ms since 1970, small numbers. */

export const runAction: ActionView = {
  kind: 'run',
  purpose: 'Install packages',
  command: 'apt-get install git',
};
export const writeAction: ActionView = {
  kind: 'write-file',
  purpose: 'Write the unit',
  path: '/etc/systemd/system/hermes-gateway.service',
  mode: '0644',
  owner: 'root:root',
  change: 'new',
  diff: '+[Unit]\n+Description=Hermes\n',
};

export function task(id: string, needs: string[] = []): TaskView {
  const title = id.charAt(0).toUpperCase() + id.slice(1).replaceAll('-', ' ');
  return { id, title, step: 'Step 1', why: `Why there is ${title}.`, needs };
}

export function finding(changes: Partial<FindingView> = {}): FindingView {
  return {
    code: 'packages-missing',
    severity: 'missing',
    evidence: 'git is not installed.',
    reason: 'Hermes is cloned with it.',
    fixes: [{ id: 'install-packages', title: 'Install git', actions: [runAction] }],
    ...changes,
  };
}

export function started(tasks: TaskView[], mode: RunModel['mode'] = 'install'): Event {
  const log = '/var/log/otto-install/1.log';
  return { type: 'run-started', at: 0, run: '1', mode, version: '1.0.0', host: 'droplet', log, tasks };
}

export function ended(
  outcome: 'healthy' | 'findings' | 'stopped' | 'failed',
  at = 60_000,
  reason?: string,
): Event {
  const event = { type: 'run-ended', at, outcome, ms: at, commandMs: at / 2, actions: 2 } as const;
  return reason === undefined ? event : { ...event, reason };
}

/** A small installation: one part is fixed, one asks and is skipped, and it ends with findings. */
export const installation: Event[] = [
  started([task('packages'), task('domain'), task('certificate', ['domain', 'packages'])]),
  { type: 'task-state', at: 10, task: 'packages', state: 'looking' },
  { type: 'task-state', at: 10, task: 'domain', state: 'looking' },
  { type: 'findings', at: 100, task: 'packages', findings: [finding()] },
  { type: 'task-state', at: 100, task: 'packages', state: 'acting' },
  { type: 'action-started', at: 110, task: 'packages', action: 'a1', view: runAction },
  { type: 'action-output', at: 200, task: 'packages', action: 'a1', line: 'Get: git' },
  { type: 'action-progress', at: 300, task: 'packages', action: 'a1', done: 3, total: 7, unit: 'packages' },
  {
    type: 'question',
    at: 400,
    question: 'q1',
    task: 'domain',
    cameBack: false,
    finding: finding({
      code: 'domain-not-in-dns',
      severity: 'blocked',
      evidence: 'otto.example.com is not in DNS yet.',
      reason: 'Visitors find this machine by its name.',
      impact: 'There will be no certificate.',
      fixes: [],
    }),
  },
  { type: 'task-state', at: 400, task: 'domain', state: 'asking' },
  { type: 'action-ended', at: 5_110, task: 'packages', action: 'a1', ok: true, ms: 5_000 },
  { type: 'findings', at: 5_200, task: 'packages', findings: [] },
  { type: 'task-state', at: 5_200, task: 'packages', state: 'healthy' },
  { type: 'decided', at: 9_000, question: 'q1', choice: 'Skip' },
  { type: 'task-state', at: 9_000, task: 'domain', state: 'skipped', note: 'There will be no certificate.' },
  ended('findings'),
];
