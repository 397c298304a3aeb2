import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { endRival, endSecondUnit, giveFilesBack, restartActions } from './actions.ts';
import type { HermesServiceFacts } from './look.ts';
import type { Rival } from './rivals.ts';
import { judgeRunning } from './running.ts';
import { judgeUnit, NOT_HARDENED } from './unit.ts';

/**
 * The causes from the outside in: how systemd is told to run it, who else runs it, whose its files are. Only when nothing of
 * that is wrong is it asked how Hermes itself is: starting it would only be counted as one more crash.
 */
export function judgeHermesService(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  const allOfUnit = judgeUnit(facts, answers);
  const hardening = allOfUnit.find(({ code }) => code === NOT_HARDENED);
  // A unit with "--replace" is half of such a quarrel, so it is settled with it.
  const settle = hardening?.fixes[0]?.actions ?? [];
  const second = judgeSecondUnit(facts, answers, settle);
  const rivals = rivalsOf(facts).map((rival) => judgeRival(rival, facts, answers, settle));
  const quarrel = rivals.length > 0 || second.some(isCause);
  const unit = quarrel ? allOfUnit.filter((finding) => finding !== hardening) : allOfUnit;
  const others = [...second.filter(isCause), ...rivals];
  if (unit.some(isCause) || others.length > 0)
    return [...unit, ...others, ...second.filter((finding) => !isCause(finding))];
  const files = judgeFiles(facts, answers);
  return [...unit, ...(files.length > 0 ? files : judgeRunning(facts, answers)), ...second];
}

const isCause = ({ severity }: Finding) => severity !== 'risk';

/** Whoever belongs to a second service is ended with it. */
function rivalsOf({ rivals, secondUnit }: HermesServiceFacts): readonly Rival[] {
  if (secondUnit === undefined) return rivals;
  return rivals.filter(({ ofUserManager, unit }) =>
    secondUnit.kind === 'user' ? !(ofUserManager && secondUnit.atWork) : unit !== secondUnit.name,
  );
}

function judgeFiles(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  if (facts.foreignFile === undefined) return [];
  const { user } = layout(answers);
  const serves = facts.answer.kind === 'hermes';
  return [
    {
      code: 'hermes-files-of-another-user',
      severity: 'broken',
      saw: `${facts.foreignFile} does not belong to ${user}.`,
      because: `Somebody once ran a Hermes command as another user, probably root. Hermes, which runs as ${user}, then stops at once with "Permission denied", usually at gateway.lock, or it starts and cannot save its data.`,
      fixes: [
        {
          id: 'give-files-to-user',
          title: `Give Hermes’s files to ${user}`,
          actions: serves ? [giveFilesBack(answers)] : restartActions(facts, answers),
        },
      ],
      ifSkipped: 'Hermes may fail to start.',
    },
  ];
}

function judgeRival(
  rival: Rival,
  facts: HermesServiceFacts,
  answers: Answers,
  settle: readonly Action[],
): Finding {
  const { hermes, user } = layout(answers);
  const who = `process ${rival.pid} of ${rival.user} (${rival.command.slice(0, 120)}), since ${rival.since}`;
  const ours = rival.isGateway && (rival.holds === 'lock' || rival.user === user) && rival.unit === undefined;
  // What another user ran made files that our service may not touch.
  const giveBack = facts.foreignFile !== undefined || (ours && rival.user !== user);
  const actions = [...settle, ...endRival(rival), ...restartActions(facts, answers, giveBack)];
  if (!ours) {
    const of = rival.unit === undefined ? '' : ` It belongs to the service ${rival.unit}.`;
    return {
      code: rival.holds === 'port' ? 'hermes-port-taken' : 'hermes-lock-taken',
      severity: 'broken',
      saw:
        rival.holds === 'port'
          ? `Port ${hermes.port} is held by ${who}.${of}`
          : `The gateway’s lock is held by ${who}.${of}`,
      because:
        'Hermes needs it but cannot get it. Older releases stop and are restarted every five seconds; newer ones give up or continue without their API. otto-install does not know what that program is for, so it stops the program only when you say so.',
      fixes: [
        {
          id: rival.unit === undefined ? 'end-process' : 'stop-unit',
          title: rival.unit === undefined ? `Stop process ${rival.pid}` : `Stop ${rival.unit}`,
          actions,
          consequence: `${rival.unit ?? `Process ${rival.pid}`} stops working until somebody moves it to another port.`,
        },
      ],
      ifSkipped: 'Hermes does not run.',
      watch: { everyMs: 3_000, forMs: 15_000 },
    };
  }
  const how = rival.ofUserManager
    ? `as a service of ${rival.user}’s own systemd`
    : 'by hand (a test with nohup, or in a terminal)';
  return {
    code: 'hermes-gateway-by-hand',
    severity: 'broken',
    saw: `Hermes is already running, started ${how}: ${who}.`,
    because:
      'It holds the gateway’s lock, so the service stops at once, again and again, with exit code 1 and nothing useful in the journal. "--replace" in the unit does not help when another user started it. And nothing restarts it when it stops or the machine restarts.',
    fixes: [
      {
        id: 'end-process',
        title: 'Stop this Hermes and let the service take over',
        actions,
        consequence: 'Answers that are being written are cut off, and commands that it runs for people stop.',
      },
    ],
    ifSkipped: 'Hermes continues as it was started, until it stops.',
    watch: { everyMs: 5_000, forMs: 60 * 60_000 },
  };
}

function judgeSecondUnit(
  facts: HermesServiceFacts,
  answers: Answers,
  settle: readonly Action[],
): readonly Finding[] {
  const { secondUnit: second } = facts;
  if (second === undefined) return [];
  const { user } = layout(answers);
  const of = second.kind === 'user' ? `of ${user}’s own systemd` : second.name;
  const atWork = second.kind === 'system' || second.atWork;
  const keeps =
    second.kind === 'user'
      ? `systemctl --user -M ${user}@ disable --now hermes-gateway`
      : `systemctl disable --now ${second.name}`;
  return [
    {
      code: 'hermes-second-unit',
      severity: atWork ? 'broken' : 'risk',
      saw: `There is a second service for the same gateway, ${of}: ${second.path}.`,
      because: `Only one gateway can have the lock. The second service stops again and again, or, with "--replace", the two stop each other forever. Hermes’s own installer creates the second one. By hand: ${keeps}`,
      fixes: [
        {
          id: 'end-second-unit',
          title: 'Keep the system’s service and remove the other one',
          actions: [
            ...(atWork ? settle : []),
            ...endSecondUnit(second, answers),
            ...(atWork ? restartActions(facts, answers) : []),
          ],
          ...(atWork && {
            consequence:
              'Hermes is unavailable for about 10 seconds. Answers that are being written are cut off.',
          }),
        },
      ],
      ifSkipped: 'The two services stop each other.',
    },
  ];
}
