import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/engine/contracts/event.ts';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import {
  attemptLines,
  comesByItself,
  type FixAttempt,
  type FixRequest,
  fixAllSafe,
  fixOne,
  groupCounts,
  homeFindings,
  homeWaiting,
  isSafe,
  lastTry,
  safeFixes,
} from '../../src/wizard/home.ts';
import { homeEndText, homeLines } from '../../src/wizard/home-text.ts';
import { ended, runAction, started } from '../events.ts';
import { type Found, lookEvents, VIEWS } from '../looks.ts';

const looked = (found: Found) => lookEvents(found).reduce(reduce, NOT_STARTED);
/** The request to carry out the recommended fix of the worst finding. */
const oneOf = (found: Found): FixRequest => {
  const [item] = homeFindings(looked(found));
  const fix = item?.finding.fixes[0];
  if (item === undefined || fix === undefined) throw new Error('nothing found');
  return fixOne(item, fix);
};
const NGINX_DOWN: Found = { 'nginx-site': { code: 'nginx-down', evidence: 'nginx is inactive.' } };
const DOCKER_DOWN: Found = {
  docker: { code: 'docker-down', evidence: 'Docker does not answer.' },
};

describe('what the home shows of a look', () => {
  it('a healthy one has no findings, and all groups are whole', () => {
    const look = looked({});
    expect(homeFindings(look)).toEqual([]);
    expect(homeWaiting(look)).toEqual([]);
    expect(groupCounts(look).map(({ mark }) => mark)).toEqual(Array(6).fill('healthy'));
  });

  it('puts what is broken before what is only a risk, and what comes by itself between them', () => {
    const look = looked({
      machine: { code: 'os-untested', severity: 'risk' },
      'open-webui': { code: 'open-webui-starting', severity: 'missing', fixes: [] },
      claude: { code: 'claude-token-refused' },
    });
    expect(homeFindings(look).map(({ finding: { code }, mark }) => [code, mark])).toEqual([
      ['claude-token-refused', 'broken'],
      ['open-webui-starting', 'waiting'],
      ['os-untested', 'risk'],
    ]);
    expect(comesByItself(look)).toBe(true);
    expect(comesByItself(looked(NGINX_DOWN))).toBe(false);
  });

  it('what is missing with a fix is a fault on a droplet that has an Otto', () => {
    const look = looked({ firewall: { code: 'docker0-rule-missing', severity: 'missing' } });
    expect(homeFindings(look)[0]?.mark).toBe('broken');
  });

  it('names the cause for which the others wait, not the ones between', () => {
    const [waiting, ...more] = homeWaiting(looked(DOCKER_DOWN));
    expect(waiting?.causes).toEqual(['Docker']);
    expect(waiting?.titles).toContain('First login');
    expect(waiting?.titles).toContain('Open WebUI');
    expect(more).toEqual([]);
  });

  it('counts what is healthy in each group', () => {
    const groups = groupCounts(looked(NGINX_DOWN));
    expect(groups.map(({ title, healthy, total }) => `${title} ${healthy}/${total}`)).toEqual([
      'Machine 7/7',
      'Hermes 4/4',
      'Claude 1/2',
      'Open WebUI 4/4',
      'The way in 1/4',
      'Paperclip 1/1',
    ]);
    expect(groups.find(({ id }) => id === 'way-in')?.mark).toBe('broken');
    expect(groups.find(({ id }) => id === 'claude')?.mark).toBe('waiting');
  });

  it('is at work on what it has not seen yet, and does not call it waiting for a cause', () => {
    const look = reduce(NOT_STARTED, started(VIEWS, 'check'));
    expect(homeWaiting(look)).toEqual([]);
    expect(groupCounts(look)[0]?.mark).toBe('working');
  });
});

describe('a safe fix', () => {
  const fix = { id: 'start', title: 'Start it', actions: [runAction] };
  it.each([
    ['one that interrupts nothing', fix, true],
    ['one with a consequence', { ...fix, consequence: 'Chats are cut off.' }, false],
    ['one without an action', { ...fix, actions: [] }, false],
    [
      'one that needs a person',
      {
        ...fix,
        actions: [{ kind: 'converse' as const, purpose: 'Sign in', command: 'claude auth login' }],
      },
      false,
    ],
  ])('%s', (_, given, safe) => {
    expect(isSafe(given)).toBe(safe);
  });

  it('only the recommended one counts', () => {
    const fixes = [{ ...fix, consequence: 'It restarts.' }, fix];
    expect(safeFixes(looked({ claude: { code: 'x', fixes } }))).toEqual([]);
    expect(fixAllSafe(looked(NGINX_DOWN))).toEqual({
      title: 'Install git',
      codes: ['nginx-down'],
      consents: [{ task: 'nginx-site', code: 'nginx-down', fix: 'install-packages' }],
      others: 'all-safe',
    });
  });
});

describe('what is agreed to', () => {
  it('is one fix of one finding of one part, with what it was shown to give up', () => {
    const fix = { id: 'restart', title: 'Restart it', actions: [runAction], consequence: 'A pause.' };
    expect(oneOf({ 'nginx-site': { code: 'nginx-down', fixes: [fix] } })).toEqual({
      title: 'Restart it',
      codes: ['nginx-down'],
      consents: [{ task: 'nginx-site', code: 'nginx-down', fix: 'restart', consequence: 'A pause.' }],
      others: 'what-follows',
    });
  });
});

describe('what is said after fixing', () => {
  const request = oneOf(NGINX_DOWN);
  /** A run that worked on the site, with or without success. */
  const ran = (outcome: 'healthy' | 'findings' | 'stopped' | 'failed', ...events: Event[]) => [
    started(VIEWS),
    ...events,
    ended(outcome, 4_000, outcome === 'failed' ? 'Another otto-install is at work.' : undefined),
  ];
  const acted: Event = {
    type: 'action-ended',
    at: 2,
    task: 'nginx-site',
    action: 'a1',
    ok: true,
    ms: 1,
  };
  const failure = {
    action: runAction,
    exitCode: 1,
    timedOut: false,
    tail: ['bind() failed'],
    reason: 'Port 80 is held by apache2.',
    next: 'Stop apache2.',
  };
  const failed: Event = { ...acted, ok: false, failure };
  const fixed = (events: readonly Event[]): FixAttempt => ({
    request,
    run: events.reduce(reduce, NOT_STARTED),
    notes: [],
  });

  it.each<[string, readonly Event[], Found, RegExp]>([
    ['fixed', ran('healthy', acted), {}, /^● Fixed: Install git, in 4\.0 s\.$/],
    ['there again', ran('findings', acted), NGINX_DOWN, /^✗ nginx site: .* came back after its fix/],
    ['failed', ran('findings', failed), NGINX_DOWN, /^✗ .*Port 80 is held by apache2\. Stop apache2\.$/],
    ['left by the operator', ran('findings'), NGINX_DOWN, /^✗ nginx site: left as it is\.$/],
    ['stopped', ran('stopped'), NGINX_DOWN, /^▲ Stopped\.[^\n]*$/],
    ['another one at work', ran('failed'), NGINX_DOWN, /^✗ Another otto-install is at work\.$/],
  ])('%s', (_, events, found, expected) => {
    const marks = { healthy: '●', broken: '✗', risk: '▲', waiting: '○', working: '◐', skipped: '–' };
    const said = attemptLines(fixed(events), looked(found)).map(({ mark, text }) => `${marks[mark]} ${text}`);
    expect(said.join('\n')).toMatch(expected);
  });

  it('is remembered where the finding is shown again', () => {
    const [item] = homeFindings(looked(NGINX_DOWN));
    if (item === undefined) throw new Error('nothing found');
    expect(lastTry(undefined, item)).toEqual({ cameBack: false });
    expect(lastTry(fixed(ran('findings', acted)), item)).toEqual({ cameBack: true });
    expect(lastTry(fixed(ran('findings', failed)), item).failure).toEqual(failure);
  });
});

describe('the home as lines', () => {
  it('numbers the findings', () => {
    const lines = homeLines(looked(NGINX_DOWN), []);
    expect(lines).toContain('1. ✗ nginx site: nginx is inactive.');
    expect(lines.join('\n')).toContain('cut here');
    expect(lines.join('\n')).toContain(
      '○ Waiting for nginx site: Certificate, Open to visitors, First login',
    );
    expect(lines.at(-1)).toMatch(/^● 18 of 22 checks healthy: ● Machine 7, /);
  });

  it('leaves behind how it stood', () => {
    expect(homeEndText(looked({}), 'otto.example.com', 80)).toMatch(
      /^otto\.example\.com: everything is healthy/,
    );
    const starting: Found = {
      paperclip: { code: 'paperclip-starting', severity: 'missing', fixes: [] },
    };
    expect(homeEndText(looked(starting), 'otto.example.com', 80)).toMatch(/still starting/);
    expect(homeEndText(looked(NGINX_DOWN), 'otto.example.com', 80)).toMatch(
      /one fault.*\n✗ nginx site: nginx is inactive/,
    );
  });
});
