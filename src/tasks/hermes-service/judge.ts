import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { containerWords, stopContainerFix } from '../all-containers.ts';
import { found } from '../finding.ts';
import { endRival, endSecondUnit, giveFilesBack, restartActions } from './actions.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { judgeDatabases } from './judge-databases.ts';
import type { HermesServiceFacts } from './look.ts';
import type { Rival } from './rivals.ts';
import { judgeRunning } from './running.ts';
import { judgeUnit, NOT_HARDENED } from './unit.ts';

/**
 * The causes from the outside in: how systemd runs it, who else runs it, whose its files are. Only if all that is right
 * does it look at Hermes itself: starting it would only count as one more crash.
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
  const databases = judgeDatabases(facts.databases, answers);
  if (unit.some(isCause) || others.length > 0)
    return [...databases, ...unit, ...others, ...second.filter((finding) => !isCause(finding))];
  const files = judgeFiles(facts, answers);
  return [...databases, ...unit, ...(files.length > 0 ? files : judgeRunning(facts, answers)), ...second];
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
    found(FINDINGS['hermes-files-of-another-user'], {
      evidence: `${facts.foreignFile} does not belong to ${user}.`,
      values: { user },
      fixes: [
        {
          id: 'give-files-to-user',
          title: `Give Hermes’s files to ${user}`,
          actions: serves ? [giveFilesBack(answers)] : restartActions(facts, answers),
        },
      ],
    }),
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
  // A command of another user created files that our service cannot use.
  const giveBack = facts.foreignFile !== undefined || (ours && rival.user !== user);
  const actions = [...settle, ...endRival(rival), ...restartActions(facts, answers, giveBack)];
  if (rival.container !== undefined)
    return found(FINDINGS['hermes-port-taken'], {
      evidence: `Port ${hermes.port} is held by ${containerWords(rival.container)}.`,
      fixes: [stopContainerFix(rival.container, hermes.port, [...settle, ...restartActions(facts, answers)])],
    });
  if (!ours) {
    const of = rival.unit === undefined ? '' : ` It belongs to the service ${rival.unit}.`;
    return found(FINDINGS[rival.holds === 'port' ? 'hermes-port-taken' : 'hermes-lock-taken'], {
      evidence:
        rival.holds === 'port'
          ? `Port ${hermes.port} is held by ${who}.${of}`
          : `The gateway’s lock is held by ${who}.${of}`,
      fixes: [
        {
          id: rival.unit === undefined ? 'end-process' : 'stop-unit',
          title: rival.unit === undefined ? `Stop process ${rival.pid}` : `Stop ${rival.unit}`,
          actions,
          consequence: `${rival.unit ?? `Process ${rival.pid}`} stops working until somebody moves it to another port.`,
        },
      ],
      watch: { everyMs: 3_000, forMs: 15_000 },
    });
  }
  const how = rival.ofUserManager
    ? `as a service of ${rival.user}’s own systemd`
    : 'by hand (a test with nohup, or in a terminal)';
  return found(FINDINGS['hermes-gateway-by-hand'], {
    evidence: `Hermes is already running, started ${how}: ${who}.`,
    fixes: [
      {
        id: 'end-process',
        title: 'Stop this Hermes and let the service take over',
        actions,
        consequence: 'Answers that are being written are cut off, and commands that it runs for people stop.',
      },
    ],
    watch: { everyMs: 5_000, forMs: 60 * 60_000 },
  });
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
    found(FINDINGS['hermes-second-unit'], {
      evidence: `There is a second service for the same gateway, ${of}: ${second.path}.`,
      severity: atWork ? 'broken' : 'risk',
      values: { keeps },
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
    }),
  ];
}
