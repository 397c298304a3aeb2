import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import type { Container } from '../../system/docker/docker.ts';
import { isOurs } from '../containers.ts';
import { isCutOff, withoutNetwork } from '../cut-off.ts';
import { giveData } from './account.ts';
import { INSIDE, isClosed, isUnreachable, makeAnew, restart, takeLockAway } from './actions.ts';
import type { PaperclipFacts } from './judge.ts';
import { remake, WHAT_REMAKING_TAKES } from './remake.ts';

/**
 * What is wrong with how the container was made or with the folder under it, seen before or without its complaint: it
 * takes it a quarter of a minute to say so, and then it starts all over. At most one finding.
 */
export function judgeContainer(
  facts: PaperclipFacts,
  container: Container,
  answers: Answers,
): readonly Finding[] {
  if (isCutOff(container)) {
    // It was ended together with Docker: the mark that its database left would make the new one wait for a process of the old.
    const [stop, forget] = takeLockAway(container, facts.data.folder);
    const first = stop === undefined || forget === undefined ? [] : [stop, forget];
    return [withoutNetwork('paperclip', [...first, ...remake(facts, container, answers)])];
  }
  const well = facts.health?.status === 'ok';
  const ours = isOurs(container);
  // What somebody else made and what works is left alone.
  if (well && !ours) return [];
  if (facts.data.strangers.length > 0) return [dataOfAnother(facts, container, answers)];
  if (well) return [];
  if (['created', 'exited', 'dead'].includes(container.status) && !container.restarting) return [];
  if (!hasSecret(container)) return [withoutSecret(facts, container, answers)];
  if (publishesNot(container)) return [otherPort(facts, container, answers)];
  if (hasStaleLock(facts.log)) return [staleLock(facts, container)];
  return [];
}

const IF_SKIPPED = 'Paperclip does not answer. Otto itself does not need it.';

function dataOfAnother(facts: PaperclipFacts, container: Container, answers: Answers): Finding {
  const { folder, user, strangers } = facts.data;
  const [first] = strangers;
  return {
    code: 'paperclip-data-of-another-user',
    severity: 'broken',
    saw: `${first?.path ?? folder} belongs to ${first?.owner ?? 'another user'}, and Paperclip runs as user ${user}.`,
    because: `The image starts as root and goes on as user ${user}; its database neither reads nor starts on files of somebody else, and refuses to run as root. It happens when the folder is copied, restored from a backup or edited as root. A Paperclip that runs fails at the latest when it is started the next time.`,
    fixes: [
      {
        title: 'Give it back and start Paperclip again',
        actions:
          isOurs(container) && user !== facts.account.uid
            ? // It was told to run as somebody else: it is made again, as its account.
              makeAnew(facts, answers, { closed: isClosed(container), reachable: false })
            : [
                giveData(folder, { uid: user, gid: Number(container.env.USER_GID ?? user) }),
                restart(container.id.slice(0, 12)),
              ],
      },
    ],
    ifSkipped: IF_SKIPPED,
  };
}

/** Either will do (facts: paperclip, The official image). */
const hasSecret = ({ env }: Container) =>
  (env.BETTER_AUTH_SECRET ?? '') !== '' || (env.PAPERCLIP_AGENT_JWT_SECRET ?? '') !== '';

function withoutSecret(facts: PaperclipFacts, container: Container, answers: Answers): Finding {
  return {
    code: 'paperclip-without-secret',
    severity: 'broken',
    saw: 'The container of Paperclip has no BETTER_AUTH_SECRET in its environment.',
    because: `It signs the sessions of everybody who is signed in. Without it Paperclip ends a quarter of a minute after each start, and Docker starts it again, for ever. ${
      facts.secret === undefined
        ? 'A new one does no harm: passwords and stored secrets of agents keep working, only whoever is signed in has to sign in again.'
        : 'The one that this machine has in its env file is used.'
    } An environment is read only when a container is made, so this one is made anew over the same data.`,
    fixes: [remakeFix('Make the container anew, with a secret', facts, container, answers)],
    ifSkipped: IF_SKIPPED,
  };
}

/** Running, or trying to, and not to be reached where it is looked for. */
const publishesNot = ({ bound = [] }: Container) =>
  bound.length > 0 &&
  !bound.some(({ hostPort, containerPort }) => hostPort === PORTS.paperclip && containerPort === INSIDE);

function otherPort(facts: PaperclipFacts, container: Container, answers: Answers): Finding {
  const ports = (container.bound ?? []).map(
    ({ address, hostPort, containerPort }) => `${address}:${hostPort} → ${containerPort}`,
  );
  return {
    code: 'paperclip-other-port',
    severity: 'broken',
    saw: `The container of Paperclip publishes ${ports.join(', ')}.`,
    because: `Paperclip listens on ${INSIDE} inside its container, and is looked for on 127.0.0.1:${PORTS.paperclip} of this machine. Ports are fixed when a container is made, so it is made anew over the same data.`,
    fixes: [remakeFix(`Publish it on 127.0.0.1:${PORTS.paperclip}`, facts, container, answers)],
    ifSkipped: IF_SKIPPED,
  };
}

function remakeFix(title: string, facts: PaperclipFacts, container: Container, answers: Answers) {
  // One that nobody can reach stays so until it has its administrator.
  const actions =
    isOurs(container) && isUnreachable(container)
      ? makeAnew(facts, answers, { closed: isClosed(container), reachable: false })
      : remake(facts, container, answers);
  return isOurs(container) ? { title, actions } : { title, actions, consequence: WHAT_REMAKING_TAKES };
}

/** facts: paperclip, The official image. */
const hasStaleLock = (log: readonly string[]) =>
  /reusing existing process[\s\S]*ECONNREFUSED/.test(log.join('\n'));

function staleLock({ data }: PaperclipFacts, container: Container): Finding {
  return {
    code: 'paperclip-stale-database-lock',
    severity: 'broken',
    saw: 'Paperclip takes its database for running already, and gets no connection to it.',
    because:
      'An earlier container was cut off and left the file postmaster.pid in its data folder. The number in it belongs to another process now, so Paperclip believes that its database runs and never starts it.',
    fixes: [
      {
        title: 'Take that file away and start Paperclip again',
        actions: takeLockAway(container, data.folder),
      },
    ],
    ifSkipped: IF_SKIPPED,
  };
}
