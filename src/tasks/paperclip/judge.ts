import type { Answers } from '../../answers.ts';
import type { Secret } from '../../engine/secret.ts';
import type { Finding } from '../../engine/task.ts';
import type { Container } from '../../system/docker.ts';
import type { PaperclipHealth } from '../../system/paperclip-api.ts';
import { describe, isOurs } from '../containers.ts';
import { PORTS } from '../layout.ts';
import { claim, deploy, makeAnew, restart, SIGN_UP_CLOSED, start, takeLockAway } from './actions.ts';
import { judgeContainer } from './container.ts';
import { remake, WHAT_REMAKING_TAKES } from './remake.ts';

export { paperclipBase } from './actions.ts';

/** A file or folder that Paperclip needs and that belongs to somebody else. */
export interface Stranger {
  readonly path: string;
  readonly owner: string;
}

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
  /** The folder with its data, and what in it belongs to another user than the one that Paperclip runs as. */
  readonly data: {
    readonly folder: string;
    readonly user: number;
    readonly strangers: readonly Stranger[];
    /** The file with which its database says that it runs is there. */
    readonly marked?: boolean;
  };
  /** The container's last lines, while it does not answer. */
  readonly log: readonly string[];
  readonly nowMs: number;
}

const OTHERS_COME_FIRST =
  'The first signed-in visitor who claims a Paperclip becomes its administrator, whoever that is.';

/** Pure. A Paperclip that somebody else set up is recognised and left alone, apart from telling what is wrong with it. */
export function judgePaperclip(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  const { health, container } = facts;
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
  const ours = facts.container !== undefined && isOurs(facts.container);
  return [
    ...(health.unclaimed ? unclaimed(facts, ours, answers) : signUpOpen(facts, ours, answers)),
    ...exposed(facts, answers),
  ];
}

function absent(facts: PaperclipFacts, answers: Answers): Finding {
  if (facts.taken)
    return {
      code: 'paperclip-port-taken',
      severity: 'blocked',
      saw: `Port ${PORTS.paperclip} is taken by ${facts.holder ?? 'another program'}, which is not Paperclip.`,
      because: `Paperclip is reached at 127.0.0.1:${PORTS.paperclip}. Free the port, or go on without Paperclip: Otto itself does not need it.`,
      fixes: [],
      ifSkipped: 'There is no Paperclip on this machine.',
    };
  return {
    code: 'paperclip-absent',
    severity: 'missing',
    saw: `Nothing answers on 127.0.0.1:${PORTS.paperclip}.`,
    because: `It is published on 127.0.0.1 alone: a port that Docker publishes to all addresses is open to the internet whatever UFW says. ${OTHERS_COME_FIRST}`,
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
          actions: makeAnew(facts, answers, facts.envFile?.includes(SIGN_UP_CLOSED) === true),
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

function unclaimed(facts: PaperclipFacts, ours: boolean, answers: Answers): readonly Finding[] {
  const reach = facts.openToOthers
    ? `Port ${PORTS.paperclip} is open to the internet, so that can be anybody.`
    : 'Only this machine can reach it so far.';
  const saw = `Paperclip answers and has no administrator yet. ${reach}`;
  if (ours && facts.container?.env.PAPERCLIP_AUTH_DISABLE_SIGN_UP === 'true')
    return [
      {
        code: 'paperclip-cannot-be-claimed',
        severity: 'broken',
        saw: 'Paperclip has no administrator, and its sign-up is closed.',
        because:
          'Closed before the first account, nobody can ever claim it. It has to be open for that one moment.',
        fixes: [
          { title: 'Open the sign-up for the first account', actions: makeAnew(facts, answers, false) },
        ],
        ifSkipped: 'Nobody can sign in to Paperclip.',
      },
    ];
  return [
    {
      code: 'paperclip-unclaimed',
      severity: facts.openToOthers ? 'broken' : ours ? 'missing' : 'risk',
      saw,
      because: OTHERS_COME_FIRST,
      fixes: [
        {
          title: `Make ${answers.adminEmail} its administrator`,
          actions: [
            // Closed to others first, or somebody else may still be quicker.
            ...(facts.openToOthers && facts.container !== undefined
              ? remake(facts, facts.container, answers)
              : []),
            claim(answers),
          ],
          ...(ours
            ? {}
            : {
                consequence: `This Paperclip was set up by somebody else; ${answers.adminEmail} then owns it.`,
              }),
        },
      ],
      ifSkipped: 'Whoever claims it first owns it.',
    },
  ];
}

function signUpOpen(facts: PaperclipFacts, ours: boolean, answers: Answers): readonly Finding[] {
  if (!ours || facts.container?.env.PAPERCLIP_AUTH_DISABLE_SIGN_UP === 'true') return [];
  return [
    {
      code: 'paperclip-sign-up-open',
      severity: 'missing',
      saw: 'Paperclip has its administrator, and everybody who reaches it may still make an account.',
      because: 'The sign-up can be closed once the first account exists. Accounts that exist keep working.',
      fixes: [{ title: 'Close the sign-up', actions: makeAnew(facts, answers, true) }],
      ifSkipped: 'Whoever reaches Paperclip can make an account.',
    },
  ];
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
    return 'It may not write to its data folder, which has to belong to user 1000.';
  const why = 'It ends soon after each start; its log says why: `docker logs paperclip`.';
  return data.marked === true
    ? `${why} Its data folder holds the file postmaster.pid, with which a database says that it runs, and none does: a power cut leaves it. When its number belongs to another process, Paperclip waits for a database that it never starts.`
    : why;
}
