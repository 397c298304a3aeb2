import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Command } from '../../engine/contracts/action.ts';
import { command, writeFile } from '../../engine/contracts/command.ts';
import { deletes, type Effect, foundAs, notOurs, stops } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { things } from '../../engine/contracts/thing.ts';
import { giveBack } from '../../system/accounts/folder-programs.ts';
import { startAllowedFrom } from '../../system/hermes/hermes-starts.ts';
import { endProcess } from '../../system/services/end-process.ts';
import { forgetFailedStarts, systemctl } from '../../system/services/systemd.ts';
import { template } from '../../system/templates.ts';
import type { HermesServiceFacts } from './look.ts';
import type { Rival, SecondUnit } from './rivals.ts';

/** `effects`: when there is a unit already. */
export function writeUnit(answers: Answers, effects?: readonly Effect[]): Action {
  const { hermes, home, user } = layout(answers);
  return writeFile(
    hermes.unit,
    template('hermes-gateway.service', {
      user,
      home,
      checkout: hermes.checkout,
      python: hermes.python,
      venv: hermes.venv,
      hermesHome: hermes.home,
    }),
    0o644,
    'Write Hermes’s systemd unit',
    { effects },
  );
}

export function writeDropIn(answers: Answers): readonly Action[] {
  const { hermes } = layout(answers);
  return [
    command(['mkdir', '-p', '--', hermes.dropIns], 'Create the folder for drop-ins', {
      makes: things('folder', hermes.dropIns),
    }),
    writeFile(
      `${hermes.dropIns}/otto-install.conf`,
      template('hermes-gateway-drop-in.conf', { python: hermes.python }),
      0o644,
      'Write the change into a drop-in; the unit stays as it is',
    ),
  ];
}

/** A unit of this name that runs Hermes is this Otto's, whoever wrote it. */
const STOPS_HERMES = stops('Hermes', foundAs('Hermes'));

export const reload = systemctl('Let systemd read its units again', ['daemon-reload']);

export const enable = (answers: Answers) =>
  systemctl('Start Hermes at boot', ['enable', layout(answers).hermes.unitName]);

export const start = (answers: Answers) =>
  systemctl('Start Hermes', ['start', layout(answers).hermes.unitName]);

/** A stop may take as long as TimeoutStopSec: older releases finish answers for three minutes. */
export const restart = (answers: Answers) =>
  systemctl('Restart Hermes', ['restart', layout(answers).hermes.unitName], {
    timeoutMs: 240_000,
    effects: STOPS_HERMES,
  });

/**
 * Restarting: with consent while somebody may be in the middle of an answer, unasked otherwise. The breaker is kept from
 * taking it for one more crash.
 */
export function restartFix(
  facts: HermesServiceFacts,
  answers: Answers,
  { title = 'Restart Hermes', interrupts = facts.connections > 0 } = {},
): Fix {
  return {
    id: 'restart-hermes',
    title,
    actions: restartActions(facts, answers),
    ...(interrupts && { consequence: INTERRUPTION }),
  };
}

/**
 * What a restart means for people who are waiting for an answer. Who that is changes all the time, but the text that is
 * agreed to must not: whether somebody is connected is shown only where it decides whether to ask.
 */
export const INTERRUPTION =
  'Hermes is unavailable for about 10 seconds. Answers that are being written are cut off.';

/** How long Hermes would still wait after another start. */
export function waitMs(facts: HermesServiceFacts): number {
  return Math.max(0, startAllowedFrom(facts.starts, facts.now) - facts.now);
}

/** What a restart must know. */
interface RestartFacts extends Pick<HermesServiceFacts, 'starts' | 'now'> {
  readonly foreignFile?: string | undefined;
  readonly service: { readonly active: string };
}

/**
 * Stops the service, gives back what another user made in Hermes's folder (`giveBack`, or when such a file was seen),
 * forgets the starts that would make it sleep, and starts it. When there is nothing to do in between: a plain restart.
 */
export function restartActions(
  facts: RestartFacts,
  answers: Answers,
  giveBack = facts.foreignFile !== undefined,
): readonly Action[] {
  const { unitName } = layout(answers).hermes;
  const tired = startAllowedFrom(facts.starts, facts.now) > facts.now;
  const forget =
    facts.service.active === 'failed' ? [forgetFailedStarts('Clear the failed starts', unitName)] : [];
  if (!tired && !giveBack) return [...forget, restart(answers)];
  return [
    systemctl('Stop Hermes', ['stop', unitName], { timeoutMs: 240_000, effects: STOPS_HERMES }),
    ...(giveBack ? [giveFilesBack(answers)] : []),
    ...(tired ? [forgetStarts(answers)] : []),
    forgetFailedStarts('Clear failed starts', unitName),
    start(answers),
  ];
}

export function giveFilesBack(answers: Answers): Command {
  const { hermes, owner, user } = layout(answers);
  return giveBack(owner, [hermes.home], `Give ${hermes.home} to ${user}`);
}

/** The breaker is meant for crashes, and a wanted start is not a crash. Hermes recreates the list. */
function forgetStarts(answers: Answers): Command {
  const { hermes, user } = layout(answers);
  return command(['rm', '-f', '--', hermes.starts], 'Clear the starts that Hermes has counted', {
    timeoutMs: 10_000,
    user,
    effects: deletes('Hermes’s list of its starts', foundAs('Hermes')),
  });
}

/** Hermes may finish answers first, older releases for three minutes. */
const PATIENCE_MS = 200_000;

/**
 * Stops the process that keeps our service from its lock or its port, but not another one that has its pid by now.
 */
export function endRival(rival: Rival): readonly Action[] {
  const { unit, pid } = rival;
  if (unit !== undefined)
    return [
      systemctl(`Stop ${unit} and keep it from starting again`, ['disable', '--now', unit], {
        timeoutMs: 240_000,
        effects: stops(`the service ${unit}`, notOurs),
      }),
    ];
  return [endProcess(rival, `Stop process ${pid}`, notOurs, rival.isGateway ? PATIENCE_MS : 10_000)];
}

/** Ends a second service for the same gateway and keeps it from starting again; its unit file stays. */
export function endSecondUnit(second: SecondUnit, answers: Answers): readonly Action[] {
  if (second.kind === 'system')
    return [
      systemctl(`Stop ${second.name}`, ['disable', '--now', second.name], {
        timeoutMs: 240_000,
        effects: stops(`the service ${second.name}`, notOurs),
      }),
    ];
  const { user, hermes } = layout(answers);
  if (!second.atWork)
    return [
      command(['rm', '-f', '--', second.path], `Keep ${user}’s own systemd from starting Hermes`, {
        timeoutMs: 10_000,
        user,
        // Its systemd does not run, so this stops nothing.
        effects: deletes('the link that starts Hermes a second time', foundAs('a second start of Hermes')),
      }),
    ];
  return [
    systemctl(`Stop the service of ${user}’s own systemd`, ['--user', 'disable', '--now', hermes.unitName], {
      timeoutMs: 240_000,
      user,
      effects: stops(`the service of ${user}’s own systemd`, notOurs),
      // Without a session of that user nothing else says where its systemd listens.
      env: { XDG_RUNTIME_DIR: second.runtimeFolder },
    }),
  ];
}
