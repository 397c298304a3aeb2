import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import type { Secret } from '../../secret/secret.ts';
import type { SystemAccount } from '../../system/accounts/system-account.ts';
import type { Container } from '../../system/docker/docker.ts';
import type { PaperclipHealth } from '../../system/web-apps/paperclip-api.ts';
import { describe, isOurs } from '../containers.ts';
import type { Administrators } from '../first-admin/administrators.ts';
import { deploy, makeAnew, restart, SIGN_UP_CLOSED, start, takeLockAway } from './actions.ts';
import { claimed, unclaimed } from './claiming.ts';
import { judgeContainer } from './container.ts';
import type { PaperclipData } from './data.ts';
import type { Administrator } from './look-inside.ts';
import { halfMoved, unfitAccount } from './own-id.ts';
import { portTaken } from './port.ts';
import { remake, WHAT_REMAKING_TAKES } from './remake.ts';

export { paperclipBase } from './actions.ts';

/** What Paperclip looks like. */
export interface PaperclipFacts {
  /** What answers on 127.0.0.1:3000, when it is Paperclip. */
  readonly health: PaperclipHealth | undefined;
  /** The process that listens on port 3000. */
  readonly holder: string | undefined;
  readonly taken: boolean;
  /** Port 3000 can be reached from other machines; UFW does not hold that back when Docker publishes it. */
  readonly openToOthers: boolean;
  /** The container named paperclip. */
  readonly container: Container | undefined;
  readonly imageThere: boolean;
  readonly envFile: string | undefined;
  /** BETTER_AUTH_SECRET as this machine has it. */
  readonly secret: Secret | undefined;
  /** The image that the answers name is the one of the container. */
  readonly sameImage: boolean;
  /** What the container was given beyond what its image brings. */
  readonly ownEnv: Readonly<Record<string, string>>;
  readonly data: PaperclipData;
  /** The account that Paperclip is to run as, there or not. */
  readonly account: SystemAccount;
  /** Whose numbers its processes and its data have now. `who`: who else has it, in words. */
  readonly ids: readonly {
    readonly uid: number;
    readonly who: string | undefined;
    readonly isProcess: boolean;
  }[];
  /** A move of its data to another user was cut off. */
  readonly halfMoved: boolean;
  /** Undefined where it cannot be told. */
  readonly administrators: readonly Administrator[] | undefined;
  /** The administrators that an operator named. */
  readonly named: Administrators;
  /** The container's last lines, while it does not answer. */
  readonly log: readonly string[];
  readonly nowMs: number;
}

/** Pure. A Paperclip that somebody else set up is recognised and left alone, apart from telling what is wrong with it. */
export function judgePaperclip(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  const { health, container } = facts;
  if (facts.halfMoved) return [halfMoved()];
  const wanted = container === undefined ? answers.paperclip !== 'skip' : isOurs(container);
  if (wanted && facts.account.unfit !== '') return [unfitAccount(facts)];
  const cause = container === undefined ? [] : judgeContainer(facts, container, answers);
  if (health !== undefined) return cause.length > 0 ? cause : judgeAnswering(facts, health, answers);
  if (answers.paperclip === 'skip') return [];
  if (container === undefined) return [absent(facts, answers)];
  return cause.length > 0 ? cause : [silent(facts, container, answers)];
}

function judgeAnswering(
  facts: PaperclipFacts,
  health: PaperclipHealth,
  answers: Answers,
): readonly Finding[] {
  if (health.status === 'starting') return [waiting('Paperclip answers and says that it is still starting.')];
  if (health.status !== 'ok') return [unhealthy(facts, health)];
  return [
    ...(health.unclaimed ? unclaimed(facts, answers) : claimed(facts, answers)),
    ...exposed(facts, answers),
  ];
}

function absent(facts: PaperclipFacts, answers: Answers): Finding {
  if (facts.taken) return portTaken(facts);
  return {
    code: 'paperclip-absent',
    severity: 'missing',
    saw: `Nothing answers on 127.0.0.1:${PORTS.paperclip}.`,
    because:
      'It is started where nobody else can reach it, since the first signed-in visitor who claims a Paperclip becomes its administrator. Once it has one it is published, ' +
      'on 127.0.0.1 alone: a port that Docker publishes to all addresses is open to the internet whatever UFW says.',
    fixes: [{ title: 'Deploy Paperclip', actions: deploy(facts, answers) }],
    ifSkipped: 'There is no Paperclip on this machine. Otto itself does not need it.',
  };
}

function silent(facts: PaperclipFacts, container: Container, answers: Answers): Finding {
  const state = `The container ${describe(container, facts.nowMs)}.`;
  const last = facts.log.at(-1);
  const lines = last === undefined ? '' : ` Last line: ${last}`;
  const ours = isOurs(container);
  const notOurs = 'This container was not made by this wizard.';
  const ifSkipped = 'Paperclip does not answer. Otto itself does not need it.';
  if (container.restarting)
    return {
      code: 'paperclip-restarts',
      severity: 'broken',
      saw: `${state}${lines}`,
      because: causeIn(facts),
      // Between two starts nothing runs in there, so the mark of its database is one that was left behind.
      fixes:
        facts.data.marked === true
          ? [
              {
                title: 'Take the mark of its database away and start Paperclip again',
                actions: takeLockAway(container, facts.data.folder),
                ...(ours ? {} : { consequence: `${notOurs} It is stopped for a moment; its data stays.` }),
              },
            ]
          : [],
      // Its numbers differ with every start, so one that nobody may touch unasked often finds its way by itself.
      ...(facts.data.marked === true && !ours ? { watch: { everyMs: 5_000, forMs: 90_000 } } : {}),
      ifSkipped,
    };
  if (container.status === 'running') return waiting(`${state}${lines}`);
  if (container.status === 'created')
    return {
      code: 'paperclip-never-started',
      severity: 'broken',
      saw: state,
      because:
        'A `docker run` that fails leaves a container that holds the name. It holds no data: that is outside of it.',
      fixes: [
        {
          title: 'Make the container anew',
          actions: makeAnew(facts, answers, {
            closed: facts.envFile?.includes(SIGN_UP_CLOSED) === true,
            reachable: false,
          }),
          ...(ours ? {} : { consequence: `${notOurs} It is removed and made as this wizard makes it.` }),
        },
      ],
      ifSkipped,
    };
  return {
    code: 'paperclip-stopped',
    severity: 'broken',
    saw: `${state}${lines}`,
    because: container.outOfMemory
      ? 'The kernel ended it because memory ran out. It needs about 600 MB.'
      : 'Its data is outside of the container, so starting it again loses nothing.',
    fixes: [
      {
        title: 'Start Paperclip',
        actions: [start(answers)],
        ...(ours ? {} : { consequence: `${notOurs} Somebody may have stopped it on purpose.` }),
      },
    ],
    ifSkipped,
  };
}

/** First start to an answer: 14 to 24 s (facts: paperclip); small machines take longer. */
function waiting(saw: string): Finding {
  return {
    code: 'paperclip-starting',
    severity: 'missing',
    saw,
    because: 'Its first start makes a database of its own, which takes about half a minute.',
    fixes: [],
    watch: { everyMs: 3_000, forMs: 240_000 },
    ifSkipped: 'Paperclip does not answer yet.',
  };
}

function unhealthy(facts: PaperclipFacts, health: PaperclipHealth): Finding {
  const container = facts.container;
  const reason = health.error === '' ? health.status : health.error.replaceAll('_', ' ');
  return {
    code: 'paperclip-unhealthy',
    severity: 'broken',
    saw: `Paperclip answers and says: ${reason}.`,
    because: 'Its database runs inside the same container and has ended, while its page still answers.',
    fixes:
      container === undefined
        ? []
        : [
            {
              title: 'Restart Paperclip',
              actions: [restart(container.id.slice(0, 12))],
              consequence: 'Agents that are at work are cut off.',
            },
          ],
    ifSkipped: 'Paperclip cannot be used.',
  };
}

function exposed(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  if (!facts.openToOthers) return [];
  return [
    {
      code: 'paperclip-open-to-internet',
      severity: 'risk',
      saw: `Port ${PORTS.paperclip} is published to all addresses.`,
      because:
        'What Docker publishes does not pass through UFW, so not even `ufw deny` closes it, and what is typed there goes over the internet unencrypted. ' +
        'Published on 127.0.0.1 alone it is reached through an SSH tunnel or nginx. Its data is outside of the container and stays.',
      fixes:
        facts.container === undefined
          ? []
          : [
              {
                title: 'Publish it on 127.0.0.1 alone',
                actions: remake(facts, facts.container, answers),
                consequence: `${WHAT_REMAKING_TAKES} Who used port ${PORTS.paperclip} from elsewhere needs another way then.`,
              },
            ],
    },
  ];
}

/** What Paperclip says before it gives up (facts: paperclip). */
function causeIn({ log, data }: PaperclipFacts): string {
  if (/permission denied|EACCES/i.test(log.join('\n')))
    return `It may not write to its data folder, which has to belong to user ${data.user}.`;
  const why = 'It ends soon after each start; its log says why: `docker logs paperclip`.';
  return data.marked === true
    ? `${why} Its data folder holds the file postmaster.pid, with which a database says that it runs, and none does: a power cut leaves it. When its number belongs to another process, Paperclip waits for a database that it never starts.`
    : why;
}
