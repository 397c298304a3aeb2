import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { command } from '../../engine/contracts/command.ts';
import { foundAs, stops } from '../../engine/contracts/effect.ts';
import type { Container } from '../../system/docker/docker.ts';
import type { PaperclipHealth } from '../../system/web-apps/paperclip-api.ts';
import { containerWords } from '../all-containers.ts';
import { isOurs } from '../containers.ts';
import { found } from '../finding.ts';
import { restart, start, unpause } from '../managed-container/actions.ts';
import { publishAgain } from '../managed-container/publishing.ts';
import { stateEvidence, stateOf, unlessOurs } from '../managed-container/state.ts';
import { closesSignUp, deploy, recreateAs, takeLockAway } from './actions.ts';
import { claimed, unclaimed } from './claiming.ts';
import { judgeContainer } from './container.ts';
import type { PaperclipFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { INSIDE, managedPaperclip } from './managed.ts';
import { halfMoved, unfitAccount } from './own-id.ts';
import { portTaken } from './port.ts';
import { RECREATE_CONSEQUENCE, recreatePaperclip } from './recreate.ts';

/** Pure. A Paperclip that somebody else set up is recognised and left alone, apart from telling what is wrong with it. */
export function judgePaperclip(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  const { health, container } = facts;
  if (facts.halfMoved) return [halfMoved()];
  const wanted = container === undefined ? answers.paperclip !== 'skip' : isOurs(container);
  if (wanted && facts.account.unfit !== '') return [unfitAccount(facts)];
  const cause = container === undefined ? [] : judgeContainer(facts, container, answers);
  if (health !== undefined) return cause.length > 0 ? cause : judgeAnswering(facts, health, answers);
  if (answers.paperclip === 'skip') return [];
  const [elsewhere] = facts.elsewhere ?? [];
  if (container === undefined && elsewhere !== undefined)
    return [
      found(FINDINGS['paperclip-elsewhere'], {
        evidence: `Paperclip runs in ${containerWords(elsewhere)}.`,
        values: { name: elsewhere.name },
      }),
    ];
  if (container === undefined) return [absent(facts, answers)];
  return cause.length > 0 ? cause : [silent(facts, container, answers)];
}

function judgeAnswering(
  facts: PaperclipFacts,
  health: PaperclipHealth,
  answers: Answers,
): readonly Finding[] {
  if (health.status === 'starting') return [waiting('Paperclip answers and says that it is still starting.')];
  if (health.status !== 'ok') return [unhealthy(facts, health, answers)];
  return [
    ...(health.unclaimed ? unclaimed(facts, answers) : claimed(facts, answers)),
    ...exposed(facts, answers),
  ];
}

function absent(facts: PaperclipFacts, answers: Answers): Finding {
  if (facts.taken) return portTaken(facts);
  return found(FINDINGS['paperclip-absent'], {
    evidence: `Nothing answers on 127.0.0.1:${PORTS.paperclip}.`,
    fixes: [{ id: 'deploy', title: 'Deploy Paperclip', actions: deploy(facts, answers) }],
  });
}

function silent(facts: PaperclipFacts, container: Container, answers: Answers): Finding {
  const managed = managedPaperclip(answers);
  const evidence = stateEvidence(container, facts.log, facts.nowMs);
  const notOurs = 'This wizard did not create the container.';
  // Nothing starts on a port that is taken.
  if (facts.leftPort !== undefined && container.status !== 'running') return portTaken(facts);
  switch (stateOf(container)) {
    case 'restarts':
      if (!container.restarting && notReached(facts) !== undefined) return notReached(facts) as Finding;
      // Docker never forgets how often it restarted one. While it runs the mark is its own database's, and its start is waited for.
      return container.restarting
        ? restarts(facts, container, evidence, answers)
        : startingOrNot(facts, container, evidence);
    case 'running':
      return notReached(facts) ?? startingOrNot(facts, container, evidence);
    case 'paused':
      return found(FINDINGS['paperclip-paused'], {
        evidence,
        fixes: [
          {
            id: 'unpause',
            title: 'Unpause Paperclip',
            actions: [unpause(managed)],
            ...unlessOurs(
              container,
              `Paperclip runs again. ${notOurs} Somebody may have paused it on purpose.`,
            ),
          },
        ],
      });
    case 'never-started':
      return found(FINDINGS['paperclip-never-started'], {
        evidence,
        fixes: [
          {
            id: 'recreate',
            title: 'Recreate the container of Paperclip',
            actions: recreateAs(facts, answers, {
              closed: closesSignUp(facts),
              reachable: false,
            }),
            ...unlessOurs(
              container,
              `Paperclip's container is removed and created the way this wizard does it. ${notOurs}`,
            ),
          },
        ],
      });
    case 'stopped':
      return found(FINDINGS['paperclip-stopped'], {
        evidence,
        values: { outOfMemory: container.outOfMemory },
        fixes: [
          {
            id: 'start',
            title: 'Start Paperclip',
            actions: [start(managed)],
            ...unlessOurs(
              container,
              `Paperclip runs again. ${notOurs} Somebody may have stopped it on purpose.`,
            ),
          },
        ],
      });
  }
}

function restarts(facts: PaperclipFacts, container: Container, evidence: string, answers: Answers): Finding {
  // Between two starts nothing runs in there, so the pid file of its database was left behind.
  const marked = facts.data.marked === true;
  return found(FINDINGS['paperclip-restarts'], {
    evidence,
    values: { cause: causeIn(facts) },
    fixes: marked
      ? [
          {
            id: 'remove-lock-file',
            title: 'Remove the stale lock file of the database and start Paperclip again',
            actions: takeLockAway(container, facts.data.folder, answers),
            ...unlessOurs(
              container,
              'Paperclip is stopped for a moment; its data stays. This wizard did not create the container.',
            ),
          },
        ]
      : [],
    // Its pids differ with every start, so a container that may not be touched unasked often recovers by itself.
    ...(marked && !isOurs(container) ? { watch: { everyMs: 5_000, forMs: 90_000 } } : {}),
  });
}

/** It works, and nothing leads to it. */
function notReached({ answersInside, publishesNothing, container }: PaperclipFacts): Finding | undefined {
  if (answersInside !== true || container === undefined) return undefined;
  const told = publishesNothing === true;
  return found(FINDINGS['paperclip-not-reached'], {
    evidence: `Inside its container Paperclip answers; at 127.0.0.1:${PORTS.paperclip} of this machine nothing does.`,
    values: { told },
    fixes: publishAgain('paperclip', told),
  });
}

/** The port that its log says it took because its own was taken. */
const otherPortIn = (log: readonly string[]): string | undefined =>
  log
    .flatMap(
      (line) =>
        /Requested port is busy.*selectedPort["=: ]+(\d+)|Server listening on \S*?:(\d+)/i
          .exec(line)
          ?.slice(1) ?? [],
    )
    .findLast((port) => port !== undefined && port !== String(INSIDE));

/** "Starting" is a claim with an end: after that the log has the word. */
function startingOrNot(facts: PaperclipFacts, container: Container, evidence: string): Finding {
  const port = otherPortIn(facts.log);
  const restartFix: Finding['fixes'] = [
    {
      id: 'restart',
      title: 'Restart Paperclip',
      actions: [
        command(['docker', 'restart', '-t', '60', container.id.slice(0, 12)], 'Restart Paperclip', {
          timeoutMs: 180_000,
          effects: stops('Paperclip', foundAs('Paperclip')),
        }),
      ],
      consequence: 'Agents that are working are interrupted.',
    },
  ];
  if (port !== undefined)
    return found(FINDINGS['paperclip-on-another-port'], {
      evidence: `Paperclip's log says that it listens on port ${port} inside its container, since ${INSIDE} was taken.`,
      fixes: restartFix,
    });
  const age = facts.nowMs - (container.startedMs ?? facts.nowMs);
  if (age < START_MS) return waiting(evidence);
  return found(FINDINGS['paperclip-silent'], { evidence, fixes: restartFix });
}

/** Ten times as long as it takes on a small machine. */
const START_MS = 5 * 60_000;

/** First start to an answer: 14 to 24 s (facts: paperclip); small machines take longer. */
function waiting(evidence: string): Finding {
  return found(FINDINGS['paperclip-starting'], {
    evidence,
    watch: { everyMs: 1_500, forMs: 240_000 },
  });
}

function unhealthy(facts: PaperclipFacts, health: PaperclipHealth, answers: Answers): Finding {
  const container = facts.container;
  const reason = health.error === '' ? health.status : health.error.replaceAll('_', ' ');
  return found(FINDINGS['paperclip-unhealthy'], {
    evidence: `Paperclip answers and says: ${reason}.`,
    fixes:
      container === undefined
        ? []
        : [
            {
              id: 'restart',
              title: 'Restart Paperclip',
              actions: [restart(managedPaperclip(answers), container.id.slice(0, 12))],
              consequence: 'Agents that are working are interrupted.',
            },
          ],
  });
}

function exposed(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  if (!facts.openToOthers) return [];
  return [
    found(FINDINGS['paperclip-open-to-internet'], {
      evidence: `Port ${PORTS.paperclip} is published on all addresses.`,
      fixes:
        facts.container === undefined
          ? []
          : [
              {
                id: 'publish-on-loopback',
                title: 'Publish Paperclip on 127.0.0.1 only',
                actions: recreatePaperclip(facts, facts.container, answers),
                consequence: `${RECREATE_CONSEQUENCE} Anyone who used port ${PORTS.paperclip} from elsewhere needs another way in.`,
              },
            ],
    }),
  ];
}

/** What Paperclip says before it gives up (facts: paperclip). */
function causeIn({ log, data }: PaperclipFacts): string {
  if (/permission denied|EACCES/i.test(log.join('\n')))
    return `It has no permission to write to its data folder, which must belong to user ${data.user}.`;
  const why = 'It stops soon after each start; its log says why: `docker logs paperclip`.';
  return data.marked === true
    ? `${why} Its data folder contains the file postmaster.pid, which says that a database is running, but none is: a power cut leaves this file behind. If its number belongs to another process, Paperclip waits for a database that it never starts.`
    : why;
}
