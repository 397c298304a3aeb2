import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Container } from '../../system/docker/docker.ts';
import { isOurs } from '../containers.ts';
import { found } from '../finding.ts';
import { claim, claimInside, isClosed, isUnreachable, recreateAs } from './actions.ts';
import { nameThem, strangeAdministrators } from './administrators.ts';
import type { PaperclipFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { sharedId } from './own-id.ts';
import { portTaken } from './port.ts';
import { recreatePaperclip } from './recreate.ts';

/** It answers, and has no administrator. */
export function unclaimed(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  const { container } = facts;
  if (container !== undefined && isOurs(container)) return [unclaimedOfOurs(facts, container, answers)];
  // One that nobody claims for months shares its number with somebody for as long.
  const shared = container === undefined ? [] : sharedId(facts, container, answers);
  return [unclaimedOfOthers(facts, answers), ...shared];
}

/**
 * Ours is claimed only where nobody else can reach it, with the sign-up open; whatever an earlier run left is made so
 * first. An interrupted run continues from what it finds.
 */
function unclaimedOfOurs(facts: PaperclipFacts, container: Container, answers: Answers): Finding {
  const hidden = recreateAs(facts, answers, { closed: false, reachable: false });
  if (isClosed(container))
    return found(FINDINGS['paperclip-cannot-be-claimed'], {
      evidence: 'Paperclip has no administrator, and its sign-up is closed.',
      fixes: [{ id: 'open-sign-up', title: 'Open the sign-up for the first account', actions: hidden }],
    });
  if (isUnreachable(container))
    return found(FINDINGS['paperclip-administrator-missing'], {
      evidence: 'Paperclip answers and has no administrator yet. Nobody else can reach it yet.',
      fixes: [
        {
          id: 'claim-inside',
          title: `Make ${answers.adminEmail} Paperclip's administrator`,
          actions: [claimInside(answers), ...nameThem(facts, [answers.adminEmail])],
        },
      ],
    });
  const reach = facts.openToOthers
    ? `Port ${PORTS.paperclip} is open to the internet, so that can be anyone.`
    : 'Every user of this machine can reach it.';
  return found(FINDINGS['paperclip-unclaimed'], {
    severity: 'broken',
    evidence: `Paperclip answers and has no administrator yet. ${reach}`,
    values: { ours: true },
    fixes: [
      {
        id: 'recreate-unreachable',
        title: 'Start Paperclip where nobody else can reach it',
        actions: hidden,
      },
    ],
  });
}

/**
 * We must not stop it, so it is claimed where it is. If somebody else does the same at that moment, only one of the two
 * succeeds.
 */
function unclaimedOfOthers(facts: PaperclipFacts, answers: Answers): Finding {
  const reach = facts.openToOthers
    ? `Port ${PORTS.paperclip} is open to the internet, so that can be anyone.`
    : 'Every user of this machine can reach it.';
  return found(FINDINGS['paperclip-unclaimed'], {
    evidence: `Paperclip answers and has no administrator yet. ${reach}`,
    values: { ours: false },
    severity: facts.openToOthers ? 'broken' : 'risk',
    fixes: [
      {
        id: 'claim',
        title: `Make ${answers.adminEmail} Paperclip's administrator`,
        actions: [
          // Closed to others first, or somebody else may still be quicker.
          ...(facts.openToOthers && facts.container !== undefined
            ? recreatePaperclip(facts, facts.container, answers)
            : []),
          claim(answers),
          ...nameThem(facts, [answers.adminEmail]),
        ],
        consequence: `${answers.adminEmail} then owns this Paperclip, which somebody else set up.`,
      },
    ],
  });
}

/** It answers and has its administrator. */
export function claimed(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  const { container } = facts;
  if (container === undefined) return [];
  const ours = isOurs(container);
  const strange = strangeAdministrators(facts, answers);
  if (strange.some(({ severity }) => severity === 'broken')) return strange;
  const published = recreateAs(facts, answers, { closed: true, reachable: true });
  if (ours && isUnreachable(container))
    return [
      facts.taken
        ? portTaken(facts)
        : found(FINDINGS['paperclip-unpublished'], {
            evidence: 'Paperclip has its administrator, but nobody can reach it yet.',
            fixes: [
              {
                id: 'close-and-publish',
                title: 'Close the sign-up and publish Paperclip',
                actions: published,
              },
            ],
          }),
    ];
  if (ours && !isClosed(container))
    return [
      found(FINDINGS['paperclip-sign-up-open'], {
        evidence: 'Paperclip has its administrator, but anyone who reaches it can still create an account.',
        fixes: [{ id: 'close-sign-up', title: 'Close the sign-up', actions: published }],
      }),
      ...strange,
    ];
  return [...sharedId(facts, container, answers), ...strange];
}
