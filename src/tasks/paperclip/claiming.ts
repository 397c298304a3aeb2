import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import type { Container } from '../../system/docker/docker.ts';
import { isOurs } from '../containers.ts';
import { claim, claimInside, isClosed, isUnreachable, makeAnew } from './actions.ts';
import { nameThem, strangeAdministrators } from './administrators.ts';
import type { PaperclipFacts } from './judge.ts';
import { sharedId } from './own-id.ts';
import { portTaken } from './port.ts';
import { remake } from './remake.ts';

const OTHERS_COME_FIRST =
  'The first signed-in visitor who claims a Paperclip becomes its administrator, whoever that is.';

/** It answers, and has no administrator. */
export function unclaimed(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  const { container } = facts;
  if (container !== undefined && isOurs(container)) return [unclaimedOfOurs(facts, container, answers)];
  // One that nobody claims for months shares its number with somebody for as long.
  const shared = container === undefined ? [] : sharedId(facts, container, answers);
  return [unclaimedOfOthers(facts, answers), ...shared];
}

/**
 * Ours is claimed only where nobody else can reach it, with the sign-up open; whatever an earlier run left is made so first. A
 * run that is cut off anywhere here goes on from what it finds.
 */
function unclaimedOfOurs(facts: PaperclipFacts, container: Container, answers: Answers): Finding {
  const hidden = makeAnew(facts, answers, { closed: false, reachable: false });
  if (isClosed(container))
    return {
      code: 'paperclip-cannot-be-claimed',
      severity: 'broken',
      saw: 'Paperclip has no administrator, and its sign-up is closed.',
      because:
        'Closed before the first account, nobody can ever claim it. It has to be open for that one moment, and is started where nobody else can reach it meanwhile.',
      fixes: [{ title: 'Open the sign-up for the first account', actions: hidden }],
      ifSkipped: 'Nobody can sign in to Paperclip.',
    };
  if (isUnreachable(container))
    return {
      code: 'paperclip-administrator-missing',
      severity: 'missing',
      saw: 'Paperclip answers and has no administrator yet. Nobody else can reach it so far.',
      because: OTHERS_COME_FIRST,
      fixes: [
        {
          title: `Make ${answers.adminEmail} its administrator`,
          actions: [claimInside(answers), ...nameThem(facts, [answers.adminEmail])],
        },
      ],
      ifSkipped: 'Nobody can use Paperclip: it is published once it has an administrator.',
    };
  const reach = facts.openToOthers
    ? `Port ${PORTS.paperclip} is open to the internet, so that can be anybody.`
    : 'Everybody on this machine can reach it.';
  return {
    code: 'paperclip-unclaimed',
    severity: 'broken',
    saw: `Paperclip answers and has no administrator yet. ${reach}`,
    because: `${OTHERS_COME_FIRST} So it is stopped and started where nobody else can reach it, and claimed there.`,
    fixes: [{ title: 'Start it where nobody else can reach it', actions: hidden }],
    ifSkipped: 'Whoever claims it first owns it.',
  };
}

/** It is not ours to stop: it is claimed where it is. Whoever else does so at the same moment, only one of the two succeeds. */
function unclaimedOfOthers(facts: PaperclipFacts, answers: Answers): Finding {
  const reach = facts.openToOthers
    ? `Port ${PORTS.paperclip} is open to the internet, so that can be anybody.`
    : 'Everybody on this machine can reach it.';
  return {
    code: 'paperclip-unclaimed',
    severity: facts.openToOthers ? 'broken' : 'risk',
    saw: `Paperclip answers and has no administrator yet. ${reach}`,
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
          ...nameThem(facts, [answers.adminEmail]),
        ],
        consequence: `This Paperclip was set up by somebody else; ${answers.adminEmail} then owns it.`,
      },
    ],
    ifSkipped: 'Whoever claims it first owns it.',
  };
}

/** It answers and has its administrator. */
export function claimed(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  const { container } = facts;
  if (container === undefined) return [];
  const ours = isOurs(container);
  const strange = strangeAdministrators(facts, answers);
  if (strange.some(({ severity }) => severity === 'broken')) return strange;
  const published = makeAnew(facts, answers, { closed: true, reachable: true });
  if (ours && isUnreachable(container))
    return [
      facts.taken
        ? portTaken(facts)
        : {
            code: 'paperclip-unpublished',
            severity: 'missing',
            saw: 'Paperclip has its administrator, and nobody can reach it yet.',
            because:
              'With its administrator there, its sign-up is closed and its port is published on 127.0.0.1.',
            fixes: [{ title: 'Close the sign-up and publish Paperclip', actions: published }],
            ifSkipped: 'Nobody can use Paperclip.',
          },
    ];
  if (ours && !isClosed(container))
    return [
      {
        code: 'paperclip-sign-up-open',
        severity: 'missing',
        saw: 'Paperclip has its administrator, and everybody who reaches it may still make an account.',
        because: 'The sign-up can be closed once the first account exists. Accounts that exist keep working.',
        fixes: [{ title: 'Close the sign-up', actions: published }],
        ifSkipped: 'Whoever reaches Paperclip can make an account.',
      },
      ...strange,
    ];
  return [...sharedId(facts, container, answers), ...strange];
}
