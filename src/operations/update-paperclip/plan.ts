import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { OperationPlan, Step } from '../../engine/contracts/operation.ts';
import { removeFolders } from '../../system/accounts/folder-programs.ts';
import { connections, runWords } from '../../system/docker/creation-spec.ts';
import { DAEMON_FAILURES } from '../../system/docker/docker-failures.ts';
import { forgetFetchedName, moveName } from '../../system/docker/image-pull.ts';
import { isOurs } from '../../tasks/containers.ts';
import { noteImage } from '../../tasks/managed-container/image-note.ts';
import { specLike } from '../../tasks/managed-container/managed.ts';
import { dataProgram } from '../../tasks/paperclip/account.ts';
import { DATABASE } from '../../tasks/paperclip/data.ts';
import { managedPaperclip } from '../../tasks/paperclip/managed.ts';
import { keepEnvironment, publishedAt } from '../../tasks/paperclip/recreate.ts';
import { clearAside } from '../container-steps.ts';
import { type Swap, swapContainer } from '../container-swap.ts';
import { isNews, type UpdateChoice, type UpdateFacts } from './facts.ts';

/** Pure. A copy of its data, then the new container instead of the old one; nothing when that image runs already. */
export function planUpdate(
  facts: UpdateFacts,
  { patienceSeconds }: UpdateChoice,
  answers: Answers,
): OperationPlan {
  const { paperclip } = facts;
  const { container, data } = paperclip;
  if (container === undefined) return { steps: [] };
  if (!isNews(facts)) return { steps: [], cleanupAfterSuccess: forgetFetchedName(facts.image) };
  const place = layout(answers).paperclip;
  const kept = `${data.folder}.before-update`;
  const copied: Step = {
    do: dataProgram(['aside', data.folder, kept], "Copy Paperclip's data, and check the copy"),
    undo: dataProgram(['return', data.folder, kept], "Put Paperclip's data back as it was"),
  };
  const forget = removeFolders([kept, `${kept}.growing`], 'Remove the copy of the old data', HOUR);
  // Whether it is ours decides what the wizard does with it unasked.
  // Keep where it is published: changing that is not what was asked for.
  const asItIs = { at: publishedAt(container), ours: isOurs(container) };
  const like = specLike(managedPaperclip(answers), container, asItIs);
  const swap: Swap = {
    name: place.container,
    restart: container.restartPolicy === '' ? 'always' : container.restartPolicy,
    title: 'Paperclip',
    // By its name, so that the next update knows what to fetch.
    runWords: runWords({ ...like, image: facts.image }),
    connections: connections(like),
    unspoken: like.createdWith?.unspoken,
    wait: {
      url: `http://127.0.0.1:${place.port}/api/health`,
      expected: '"status":"ok"',
      patienceSeconds,
      changing: 'pending ?[Mm]igrations',
      changed: 'Embedded PostgreSQL ready|Server listen',
      folder: data.folder,
      files: [`${data.folder}/${DATABASE}/pg_wal`],
      knownFailures: DAEMON_FAILURES,
    },
  };
  // The file is only read when a container is created, so it can stay whatever happens.
  const carried = keepEnvironment(paperclip, answers).map((action) => ({ do: action }));
  return {
    // A copy left by an earlier update must not be mistaken for the one of this update: remove it first.
    steps: [
      ...carried,
      { do: { ...forget, purpose: 'Remove what an earlier update kept' } },
      ...swapContainer(swap, [copied, ...moveName(facts)]),
    ],
    // Made again one day, it must not be of another release than the one that changed its database.
    cleanupAfterSuccess: [
      clearAside(place.container),
      forget,
      ...forgetFetchedName(facts.image),
      ...noteImage('paperclip', { image: facts.image, digest: facts.imageNames?.digests[0] }),
    ],
    cleanupAfterUndo: [forget],
  };
}

const HOUR = 3_600_000;
