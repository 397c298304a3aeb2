import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Container } from '../../system/docker/docker.ts';
import { settingIn } from '../../system/formats/env-file.ts';
import { isOurs } from '../containers.ts';
import { found } from '../finding.ts';
import { restart } from '../managed-container/actions.ts';
import { isCutOff, withoutNetwork } from '../managed-container/without-network.ts';
import { giveData } from './account.ts';
import { isClosed, isUnreachable, recreateAs, takeLockAway } from './actions.ts';
import type { PaperclipFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { INSIDE, managedPaperclip } from './managed.ts';
import { RECREATE_CONSEQUENCE, recreatePaperclip } from './recreate.ts';

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
    const [stop, forget] = takeLockAway(container, facts.data.folder, answers);
    const first = stop === undefined || forget === undefined ? [] : [stop, forget];
    const fix = withoutNetwork('paperclip', [...first, ...recreatePaperclip(facts, container, answers)]);
    return [found(FINDINGS['paperclip-without-network'], fix)];
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
  if (hasStaleLock(facts.log)) return [staleLock(facts, container, answers)];
  return [];
}

function dataOfAnother(facts: PaperclipFacts, container: Container, answers: Answers): Finding {
  const { folder, user, strangers } = facts.data;
  const [first] = strangers;
  return found(FINDINGS['paperclip-data-of-another-user'], {
    evidence: `${first?.path ?? folder} belongs to ${first?.owner ?? 'another user'}, and Paperclip runs as user ${user}.`,
    values: { user: String(user) },
    fixes: [
      {
        id: 'give-data-back',
        title: 'Correct the owner of the data and start Paperclip again',
        actions:
          isOurs(container) && user !== facts.account.uid
            ? // It was told to run as somebody else: it is made again, as its account.
              recreateAs(facts, answers, { closed: isClosed(container), reachable: false })
            : [
                giveData(folder, { uid: user, gid: Number(settingIn(container.env, 'USER_GID') || user) }),
                restart(managedPaperclip(answers), container.id.slice(0, 12)),
              ],
      },
    ],
  });
}

/** Either will do (facts: paperclip, The official image). */
const hasSecret = ({ env }: Container) =>
  settingIn(env, 'BETTER_AUTH_SECRET') !== '' || settingIn(env, 'PAPERCLIP_AGENT_JWT_SECRET') !== '';

function withoutSecret(facts: PaperclipFacts, container: Container, answers: Answers): Finding {
  return found(FINDINGS['paperclip-without-secret'], {
    evidence: 'The container of Paperclip has no BETTER_AUTH_SECRET in its environment.',
    values: { noSecret: facts.secret === undefined },
    fixes: [recreateFix('Recreate the container with a secret', facts, container, answers)],
  });
}

/** Running, or trying to, but not reachable where it is expected. */
const publishesNot = ({ bound = [] }: Container) =>
  bound.length > 0 &&
  !bound.some(({ hostPort, containerPort }) => hostPort === PORTS.paperclip && containerPort === INSIDE);

function otherPort(facts: PaperclipFacts, container: Container, answers: Answers): Finding {
  const ports = (container.bound ?? []).map(
    ({ address, hostPort, containerPort }) => `${address}:${hostPort} → ${containerPort}`,
  );
  return found(FINDINGS['paperclip-other-port'], {
    evidence: `The container of Paperclip publishes ${ports.join(', ')}.`,
    fixes: [recreateFix(`Publish Paperclip on 127.0.0.1:${PORTS.paperclip}`, facts, container, answers)],
  });
}

function recreateFix(title: string, facts: PaperclipFacts, container: Container, answers: Answers) {
  // One that nobody can reach stays so until it has its administrator.
  const actions =
    isOurs(container) && isUnreachable(container)
      ? recreateAs(facts, answers, { closed: isClosed(container), reachable: false })
      : recreatePaperclip(facts, container, answers);
  return isOurs(container)
    ? { id: 'recreate', title, actions }
    : { id: 'recreate', title, actions, consequence: RECREATE_CONSEQUENCE };
}

/** facts: paperclip, The official image. */
const hasStaleLock = (log: readonly string[]) =>
  /reusing existing process[\s\S]*ECONNREFUSED/.test(log.join('\n'));

function staleLock({ data }: PaperclipFacts, container: Container, answers: Answers): Finding {
  return found(FINDINGS['paperclip-stale-database-lock'], {
    evidence: 'Paperclip believes that its database is already running, but cannot connect to it.',
    fixes: [
      {
        id: 'remove-lock-file',
        title: 'Remove postmaster.pid and start Paperclip again',
        actions: takeLockAway(container, data.folder, answers),
      },
    ],
  });
}
