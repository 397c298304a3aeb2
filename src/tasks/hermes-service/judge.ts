import type { Answers } from '../../answers.ts';
import type { Finding } from '../../engine/task.ts';
import { layout } from '../layout.ts';
import { endRival, run } from './actions.ts';
import type { HermesServiceFacts, Rival } from './look.ts';
import { judgeRunning } from './running.ts';
import { judgeUnit } from './unit.ts';

export function judgeHermesService(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  const before = [...judgeFiles(facts, answers), ...judgeUnit(facts, answers)];
  // Starting is of no use while somebody else holds the lock or the port: it would only be counted as a crash.
  const rivals = facts.rivals.map((rival) => judgeRival(rival, answers));
  const rest = rivals.length > 0 ? rivals : judgeRunning(facts, answers);
  return [...before, ...rest, ...judgeSecondUnit(facts, answers)];
}

function judgeFiles(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  if (facts.foreignFile === undefined) return [];
  const { hermes, owner, user } = layout(answers);
  return [
    {
      code: 'hermes-files-of-another-user',
      severity: 'broken',
      saw: `${facts.foreignFile} does not belong to ${user}.`,
      because: `A command of Hermes was once run as another user, probably root. Hermes, which runs as ${user}, then ends at once with "Permission denied", above all at gateway.lock.`,
      fixes: [
        {
          title: `Give Hermes’s files to ${user}`,
          actions: [
            run(['chown', '-Rh', owner, '--', hermes.home], `Give ${hermes.home} to ${user}`, 60_000),
          ],
        },
      ],
      ifSkipped: 'Hermes may not start.',
    },
  ];
}

function judgeRival(rival: Rival, answers: Answers): Finding {
  const { hermes, user } = layout(answers);
  const who = `process ${rival.pid} of ${rival.user} (${rival.command.slice(0, 120)}), since ${rival.since}`;
  const ours = rival.isGateway && (rival.holds === 'lock' || rival.user === user) && rival.unit === undefined;
  if (!ours) {
    const of = rival.unit === undefined ? '' : ` It belongs to the service ${rival.unit}.`;
    return {
      code: rival.holds === 'port' ? 'hermes-port-taken' : 'hermes-lock-taken',
      severity: 'blocked',
      saw:
        rival.holds === 'port'
          ? `Port ${hermes.port} is held by ${who}.${of}`
          : `The gateway’s lock is held by ${who}.${of}`,
      because: `Hermes needs it and cannot have it. What that program is for is not known here, so it is not ended. When it is gone, this goes on by itself.`,
      fixes: [],
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
    saw: `Hermes already runs, started ${how}: ${who}.`,
    because:
      'It holds the gateway’s lock, so the service ends at once with exit code 1 and nothing of use in the journal, again and again. And nobody starts it again when it ends or the machine restarts.',
    fixes: [
      {
        title: 'End it; the service takes over',
        actions: endRival(rival, answers),
        consequence: 'Answers that it is writing now are cut off; what runs in it for somebody ends.',
      },
    ],
    ifSkipped: 'Hermes goes on as it was started, until it ends.',
    watch: { everyMs: 5_000, forMs: 60 * 60_000 },
  };
}

function judgeSecondUnit(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  const { secondUnit } = facts;
  if (secondUnit === undefined) return [];
  const { user } = layout(answers);
  const command = secondUnit.startsWith('/etc/')
    ? 'systemctl disable --now hermes'
    : `systemctl --user -M ${user}@ disable --now hermes-gateway`;
  return [
    {
      code: 'hermes-second-unit',
      severity: 'risk',
      saw: `There is a second service for the same gateway: ${secondUnit}.`,
      because: `After a restart of the machine both start, and whichever comes second ends at the lock, again and again. To keep this one: ${command}`,
      fixes: [],
    },
  ];
}
