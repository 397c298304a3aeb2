import { describe, expect, it } from 'vitest';
import type { Changes } from '../../../src/changes/changes.ts';
import { listText } from '../../../src/commands/check/list.ts';
import { CheckReport } from '../../../src/commands/check/report.ts';
import { summaryOf } from '../../../src/commands/check/summary.ts';
import { differences } from '../../../src/commands/check/watch.ts';
import type { Event } from '../../../src/engine/contracts/event.ts';
import { NOT_STARTED, reduce } from '../../../src/run/view-model.ts';
import { ended, finding, started, task } from '../../events.ts';

const PARTS = [task('machine'), task('docker', ['machine']), task('open-webui', ['docker'])];
const look = (event: string, state: 'healthy' | 'unhealthy' | 'waiting'): Event => ({
  type: 'task-state',
  at: 100,
  task: event,
  state,
});
const found = (part: string, ...findings: ReturnType<typeof finding>[]): Event => ({
  type: 'findings',
  at: 90,
  task: part,
  findings,
});
const down = finding({ code: 'docker-down', severity: 'broken', evidence: 'Docker is down.' });
const risk = finding({ code: 'os-untested', severity: 'risk', evidence: 'Debian.', fixes: [] });
const broken: Event[] = [
  started(PARTS, 'check'),
  found('machine', risk),
  look('machine', 'healthy'),
  found('docker', down),
  look('docker', 'unhealthy'),
  look('open-webui', 'waiting'),
  ended('findings', 2_000),
];
const changes: Changes = {
  since: 0,
  changed: [{ what: '/etc/docker/daemon.json', tasks: ['docker'] }],
};
const modelOf = (events: readonly Event[]) => events.reduce(reduce, NOT_STARTED);

describe('a look as text', () => {
  it('tells findings first, then what waits, the changes, the way, and what is healthy by groups', () => {
    const report = new CheckReport();
    report.changes = changes;
    const text = broken.flatMap((event) => report.take(event)).join('\n');
    const order = [
      '✗ Machine · Docker: Docker is down.',
      'Changed since everything was healthy',
      'otto-install fix docker-down',
      '▲ Machine: Debian.',
      '○ Open webui: not checked until Docker is healthy',
      '  /etc/docker/daemon.json',
      'browser',
      '● Machine     Machine',
      'There are findings (1 finding, 1 risk, 2.0 s)',
      'Log: ',
      'Next: otto-install fix',
    ];
    const places = order.map((words) => text.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('of a healthy droplet has no findings and no changes', () => {
    const report = new CheckReport();
    report.changes = changes;
    const events = [started([task('machine')], 'check'), look('machine', 'healthy'), ended('healthy', 900)];
    const text = events.flatMap((event) => report.take(event)).join('\n');
    expect(text).toContain('Everything is healthy (0.9 s)');
    expect(text).not.toMatch(/Changed|✗|Log|Next/);
  });
});

it('the summary for a script has codes, groups, what waits for what, and what changed', () => {
  expect(summaryOf(modelOf(broken), changes)).toMatchObject({
    type: 'summary',
    outcome: 'findings',
    ms: 2_000,
    findings: [
      { code: 'os-untested', severity: 'risk', task: 'machine', group: 'machine', changed: [] },
      {
        code: 'docker-down',
        severity: 'broken',
        task: 'docker',
        group: 'machine',
        fix: { title: 'Install git', dialogue: false },
        changed: ['/etc/docker/daemon.json'],
      },
    ],
    waiting: [{ task: 'open-webui', group: 'open-webui', for: ['docker'] }],
    healthy: ['machine'],
    lastHealthy: { at: 0 },
  });
});

describe('between two looks', () => {
  const healthy = modelOf([
    started(PARTS, 'check'),
    ...PARTS.map(({ id }) => look(id, 'healthy')),
    ended('healthy'),
  ]);

  it('nothing is said when nothing changed', () => {
    expect(differences(modelOf(broken), modelOf(broken))).toEqual([]);
  });

  it('what came, what cannot be judged any more, and what is gone again', () => {
    expect(differences(healthy, modelOf(broken))).toEqual([
      '▲ Machine: Debian. (os-untested)',
      '✗ Docker: Docker is down. (docker-down)',
      '○ not checked now: Open webui',
    ]);
    expect(differences(modelOf(broken), healthy)).toEqual([
      '● Machine: gone: os-untested',
      '● Docker: gone: docker-down',
    ]);
  });

  it('what could not be looked at is not called gone', () => {
    const hidden = modelOf([
      started(PARTS, 'check'),
      found('machine', down),
      look('machine', 'unhealthy'),
      ended('findings'),
    ]);
    expect(differences(modelOf(broken), hidden)).not.toContain('● Docker: gone: docker-down');
  });
});

it('the list names every part with its codes', () => {
  const text = listText([
    { code: 'docker-down', task: 'docker', severity: 'broken', meaning: 'Docker is down.' },
    { code: 'could-not-look', meaning: 'A look failed.' },
  ]);
  expect(text).toMatch(/MACHINE\n {2}This machine {2}\(machine\)\n/);
  expect(text).toMatch(/\(docker\)\n {4}docker-down +Docker is down\.\n/);
  expect(text).toMatch(/SEVERAL PARTS\n {4}could-not-look +A look failed\.\n/);
});
