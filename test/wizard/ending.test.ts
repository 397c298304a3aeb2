import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/engine/contracts/event.ts';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import { endingLines, endingText, type Outcome } from '../../src/wizard/ending.ts';
import { ended, finding, started, task } from '../events.ts';
import { answersWith } from '../tasks/answers.ts';

const pictureOf = (events: readonly Event[]) => events.reduce(reduce, NOT_STARTED);
const proof = {
  at: '2026-11-22T10:00:00Z',
  domain: 'otto.client.example',
  model: 'otto',
  version: '0.12.4',
  through: 'open-webui' as const,
  account: 'admin@client.example',
  question: 'Are you there?',
  answer: 'Yes.',
  ms: 1_800,
};

function endOf(events: readonly Event[], outcome: Outcome = {}, answers = answersWith()): string {
  const run = pictureOf([started([task('packages'), task('paperclip')]), ...events]);
  return endingText(run, endingLines(run, answers, outcome), 1_000);
}

describe('the end of a good installation', () => {
  it('says where Otto is, what it answered, and what an account can do', () => {
    const text = endOf([ended('healthy')], { proof });
    expect(text).toContain('Otto is ready  (1 min 0 s)');
    expect(text).toContain('https://otto.client.example');
    expect(text).toContain(
      '● Signed in as admin@client.example over https and asked "Are you there?": "Yes."',
    );
    expect(text).toContain('make Otto run commands as cleo');
    expect(text).toContain('hermes_gateway');
  });

  it('tells of no proof, no password and no Paperclip where there are none', () => {
    const text = endOf([ended('healthy')], {}, answersWith({ paperclip: 'skip' }));
    expect(text).not.toContain('Signed in');
    expect(text).not.toContain('assword');
    expect(text).not.toContain('hermes_gateway');
  });

  it('shows a generated password on the screen, and leaves only its file in the terminal', () => {
    const outcome = { password: 'abcde-fghij', passwordFile: '/root/otto-admin-password.txt' };
    const run = pictureOf([started([task('packages')]), ended('healthy')]);
    const lines = endingLines(run, answersWith(), outcome);
    expect(lines.map(({ text }) => text).join('\n')).toContain('abcde-fghij');
    const left = endingText(run, lines, 80);
    expect(left).not.toContain('abcde-fghij');
    expect(left).toContain('/root/otto-admin-password.txt');
  });

  it('begins with the address, the sign-in, the proof and the next step, before what to know and where things are', () => {
    const outcome = { proof, password: 'abcde-fghij', passwordFile: '/root/otto-admin-password.txt' };
    const text = endOf([ended('healthy')], outcome);
    const places = [
      'https://otto',
      'otto-admin-password.txt',
      'Signed in as',
      'Next',
      'Anyone with an account',
      'Where things are',
    ];
    const found = places.map((words) => text.indexOf(words));
    expect(found).not.toContain(-1);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
  });

  it('has each command on a line of its own, whole at any width', () => {
    const run = pictureOf([started([task('packages')]), ended('healthy')]);
    const text = endingText(run, endingLines(run, answersWith(), {}), 40);
    for (const command of [
      '    otto-install',
      '    otto-install logs --follow',
      '    ssh -L 3000:127.0.0.1:3000 root@otto.client.example',
      'Open WebUI  /opt/cleo/open-webui',
    ])
      expect(text.split('\n')).toContain(command);
  });

  it('says when it was a rehearsal', () => {
    const begun = { ...started([task('packages')]), host: 'rehearsal' } as Event;
    const run = pictureOf([begun, ended('healthy')]);
    expect(endingText(run, endingLines(run, answersWith(), {}), 80)).toMatch(/^REHEARSAL: nothing/);
    expect(endOf([ended('healthy')])).not.toContain('REHEARSAL');
  });

  it('names the risks that stay and what was skipped', () => {
    const risk = finding({
      severity: 'risk',
      evidence: 'This machine is small.',
      reason: 'Updates need room.',
    });
    const text = endOf([
      { type: 'findings', at: 1, task: 'packages', findings: [risk] },
      { type: 'task-state', at: 1, task: 'paperclip', state: 'skipped' },
      ended('healthy'),
    ]);
    expect(text).toContain('▲ This machine is small. Updates need room.');
    expect(text).toContain('– Paperclip was skipped.');
  });
});

describe('what was decided', () => {
  const asked = (question: string, code: string, trial?: { endsAt: number; command: string }): Event => ({
    type: 'question',
    at: 1,
    question,
    task: 'packages',
    cameBack: false,
    finding: finding({ code, trial }),
  });
  const answered = (question: string, choice: string): Event => ({
    type: 'decided',
    at: 2,
    question,
    choice,
  });

  it('is said at the end in one list, each with what came of it', () => {
    const text = endOf([
      asked('q1', 'system-untested'),
      answered('q1', 'skip'),
      asked('q2', 'ufw-off'),
      answered('q2', 'apply: Turn the firewall on'),
      asked('q3', 'firewall-on-trial', { endsAt: 9, command: 'ssh root@203.0.113.10' }),
      answered('q3', 'apply: Keep it'),
      ended('healthy'),
    ]);
    expect(text).toContain(
      [
        'What was decided',
        '● Packages: kept. You said that a new login works.',
        '– Packages: left as it is (system-untested).',
        '● Packages: Turn the firewall on.',
      ].join('\n'),
    );
    // What is on trial is said once, with what became of it.
    expect(text).not.toContain('Keep it');
  });

  it('has the last of several decisions about one thing, and no heading over nothing', () => {
    const text = endOf([
      asked('q1', 'apt-busy'),
      answered('q1', 'skip'),
      asked('q2', 'apt-busy'),
      answered('q2', 'apply: Look again'),
      ended('findings'),
    ]);
    expect(text).toContain('● Packages: Look again.');
    expect(text).not.toContain('left as it is');
    expect(endOf([ended('healthy')])).not.toContain('decided');
  });
});

describe('the end of an installation that is not done', () => {
  it.each([
    ['findings', 'Otto is not ready yet'],
    ['stopped', 'Stopped'],
    ['failed', 'The run could not continue'],
  ] as const)('%s: says why, what is left, and how to go on', (outcome, title) => {
    const broken = finding({ severity: 'broken', evidence: 'Docker does not run.' });
    const text = endOf([
      { type: 'findings', at: 1, task: 'packages', findings: [broken] },
      ended(outcome, 60_000, 'Because.'),
    ]);
    for (const words of [
      title,
      'Because.',
      '✗ Packages: Docker does not run.',
      'Start otto-install again',
      'Log:',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('does not list what simply was not done yet', () => {
    const text = endOf([
      { type: 'findings', at: 1, task: 'packages', findings: [finding()] },
      ended('stopped'),
    ]);
    expect(text).not.toContain('git is not installed');
  });
});
