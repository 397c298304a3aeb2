import type { Answers } from '../../answers.ts';
import type { Action, Run } from '../../engine/action.ts';
import type { Fix } from '../../engine/task.ts';
import { startAllowedFrom } from '../../system/hermes-starts.ts';
import { systemctl } from '../../system/systemd.ts';
import { template } from '../../templates.ts';
import { layout } from '../layout.ts';
import type { HermesServiceFacts, Rival } from './look.ts';

export function run(argv: Run['argv'], purpose: string, timeoutMs = 30_000, more: Partial<Run> = {}): Run {
  return { kind: 'run', argv, purpose, timeoutMs, ...more };
}

export function writeUnit(answers: Answers): Action {
  const { hermes, home, user } = layout(answers);
  return {
    kind: 'write-file',
    path: hermes.unit,
    content: template('hermes-gateway.service', {
      user,
      home,
      checkout: hermes.checkout,
      python: hermes.python,
      venv: hermes.venv,
      hermesHome: hermes.home,
    }),
    mode: 0o644,
    owner: 'root:root',
    purpose: 'Describe Hermes to systemd',
  };
}

export function writeDropIn(answers: Answers): readonly Action[] {
  const { hermes } = layout(answers);
  return [
    run(['mkdir', '-p', '--', hermes.dropIns], 'Make a place for drop-ins'),
    {
      kind: 'write-file',
      path: `${hermes.dropIns}/otto-install.conf`,
      content: template('hermes-gateway-drop-in.conf', { python: hermes.python }),
      mode: 0o644,
      owner: 'root:root',
      purpose: 'Change that beside the unit, which stays as it is',
    },
  ];
}

export const reload = systemctl('Let systemd read its units again', ['daemon-reload']);

export const enable = (answers: Answers) =>
  systemctl('Start Hermes with the machine', ['enable', layout(answers).hermes.unitName]);

export const start = (answers: Answers) =>
  systemctl('Start Hermes', ['start', layout(answers).hermes.unitName]);

/** A stop may take as long as TimeoutStopSec: older releases finish answers for three minutes. */
export const restart = (answers: Answers) =>
  systemctl('Restart Hermes', ['restart', layout(answers).hermes.unitName], 240_000);

/**
 * Restarting, when that is allowed now: unasked while nobody is connected, with consent when somebody may be in the
 * middle of an answer. Undefined while one more start would trip Hermes's respawn breaker.
 */
export function restartFix(
  facts: HermesServiceFacts,
  answers: Answers,
  title = 'Restart Hermes',
): Fix | undefined {
  if (waitMs(facts) > 0) return undefined;
  return {
    title,
    actions: [restart(answers)],
    ...(facts.connections > 0 && {
      consequence: `Somebody is connected (${facts.connections}): answers that are being written now are cut off. Hermes is away for some ten seconds.`,
    }),
  };
}

/** How long another start would still make Hermes sleep. */
export function waitMs(facts: HermesServiceFacts): number {
  return Math.max(0, startAllowedFrom(facts.starts, facts.now) - facts.now);
}

/** Ends a gateway that was started by hand and waits until it is gone; it may finish answers first. */
export function endRival(rival: Rival, answers: Answers): readonly Action[] {
  const { user, hermes } = layout(answers);
  const wait = run(['tail', `--pid=${rival.pid}`, '-f', '/dev/null'], 'Wait until it has ended', 240_000);
  if (rival.ofUserManager) {
    return [
      systemctl(
        `Stop the service of ${user}’s own systemd`,
        ['--user', '-M', `${user}@`, 'disable', '--now', hermes.unitName],
        240_000,
      ),
      wait,
    ];
  }
  return [
    // It may have ended while the question was open.
    run(['kill', '-TERM', String(rival.pid)], `End process ${rival.pid}`, 10_000, { succeedsWith: [0, 1] }),
    wait,
  ];
}
