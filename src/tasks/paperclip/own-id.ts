import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { runWords } from '../../system/docker/creation-spec.ts';
import type { Container } from '../../system/docker/docker.ts';
import { isOurs } from '../containers.ts';
import { found } from '../finding.ts';
import { joinNetworks } from '../managed-container/actions.ts';
import { specLike } from '../managed-container/managed.ts';
import { ACCOUNT, idVariables, makeAccount, moveData, undoMove } from './account.ts';
import type { PaperclipFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { managedPaperclip, paperclipBase } from './managed.ts';
import { keepEnvironment, publishedAt } from './recreate.ts';

/**
 * The number that a Paperclip runs as, or that its data has, is another user's. Ours must have the one of its account, whoever
 * has the other; of one that somebody else made only what another user can use is told.
 */
export function sharedId(facts: PaperclipFacts, container: Container, answers: Answers): readonly Finding[] {
  const { ids, account } = facts;
  const ours = isOurs(container);
  const wrong = ids.filter(({ uid, who }) => (ours ? uid !== account.uid : who !== undefined));
  const [first] = wrong.filter(({ who }) => who !== undefined).concat(wrong);
  if (first === undefined) return [];
  const like = specLike(managedPaperclip(answers), container, {
    at: ours ? undefined : publishedAt(container),
    ours,
  });
  const what = wrong.some(({ isProcess }) => isProcess)
    ? `Paperclip runs as user ${first.uid}`
    : `Paperclip's data belongs to user ${first.uid}`;
  return [
    found(FINDINGS['paperclip-shares-id'], {
      // It works, and nothing that builds on it is held back. Ours, though, is not what we promise, and is fixed unasked.
      evidence: `${what}, which is ${first.who ?? `not ${ACCOUNT}`}.`,
      severity: ours ? 'broken' : 'risk',
      fixes: [
        {
          id: 'move-to-own-user',
          title: 'Give Paperclip its own user',
          actions: [
            ...makeAccount(account),
            ...keepEnvironment(facts, answers, idVariables(account)),
            moveData(container, facts.data.folder, account, {
              name: layout(answers).paperclip.container,
              url: `${paperclipBase}/api/health`,
              runWords: runWords({ ...like, image: facts.sameImage ? answers.paperclipImage : like.image }),
            }),
            ...joinNetworks(managedPaperclip(answers), like),
          ],
          ...(ours
            ? {}
            : {
                consequence: `Paperclip is unavailable for about a minute, and agents that are working are interrupted. Its data then belongs to ${ACCOUNT}; accounts and data stay. If it does not answer afterwards, otto-install undoes everything.`,
              }),
        },
      ],
    }),
  ];
}

/** The account of that name can be used by somebody. */
export function unfitAccount({ account }: PaperclipFacts): Finding {
  return found(FINDINGS['paperclip-account-unfit'], {
    evidence: `There is an account ${account.name}, and ${account.unfit}.`,
  });
}

/** A move to another user was cut off: the container is stopped or has another name, the data belongs to the one or the other. */
export const halfMoved = (): Finding =>
  found(FINDINGS['paperclip-half-moved'], {
    evidence: "Giving Paperclip's data to its own user was interrupted.",
    fixes: [{ id: 'undo-move', title: 'Undo the interrupted move of the data', actions: [undoMove()] }],
  });
