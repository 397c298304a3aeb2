import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Command, KnownFailure } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, labelled, stops } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { Container } from '../../system/docker/docker.ts';
import { removeContainer } from '../../system/docker/docker.ts';
import { DAEMON_FAILURES } from '../../system/docker/docker-failures.ts';
import { askInside, inside } from '../../system/docker/inside-network.ts';
import { waitForAnswer } from '../../system/docker/wait-for-answer.ts';
import { signUp } from '../../system/web-apps/open-webui-api.ts';
import { runUnpublished } from '../managed-container/actions.ts';
import { prepare } from '../open-webui/actions.ts';
import { INSIDE } from '../open-webui/creation-spec.ts';
import type { KeyFacts } from '../open-webui/keys.ts';
import { managedOpenWebui } from '../open-webui/managed.ts';
import { startOfOpenWebui } from '../open-webui/starting.ts';
import { isConnected, isPublishable, isUnpublished, UNPUBLISHED } from '../open-webui/unpublished.ts';
import { type Administrators, note } from './administrators.ts';

/** What a claim needs to know. */
export interface ClaimFacts extends KeyFacts {
  /** The container that is not published yet: of an interrupted claim, or of one that is done. */
  readonly claim: Container | undefined;
  readonly administrators: Administrators;
  /** How a new container's log is kept small. */
  readonly logLimit?: readonly string[] | undefined;
  readonly nowMs: number;
}

/** A first start without a migration takes half a minute at most, on a small machine a few minutes. */
const PATIENCE_SECONDS = 300;

/**
 * Pure. Claims what is in the data folder, continuing wherever an earlier claim was interrupted. The container goes on running, and
 * the next task publishes it.
 */
export function claim(facts: ClaimFacts, answers: Answers): readonly Action[] {
  const left = isUnpublished(facts.claim) ? facts.claim : undefined;
  const goesOn = left?.status === 'running' && !isConnected(left);
  return [
    ...(goesOn ? [] : startUnpublished(facts, left, answers)),
    ...signUpInside(UNPUBLISHED, layout(answers).openWebui.data, answers),
    ...(goesOn && !isPublishable(left) ? endClaim() : []),
    ...note(facts, [answers.adminEmail]),
  ];
}

/** Pure. For a container that runs already: it is waited for and claimed where it is. */
export function signUpInside(container: string, data: string, answers: Answers): readonly Action[] {
  const base = `http://127.0.0.1:${INSIDE}`;
  const { argv, input } = askInside(container, [
    signUp(base, { name: answers.adminName, email: answers.adminEmail, password: answers.adminPassword }),
  ]);
  return [
    waitForAnswer({
      name: container,
      title: 'Open WebUI',
      wait: startOfOpenWebui(inside(`${base}/health`), data, PATIENCE_SECONDS, FIRST_START_FAILURES),
    }),
    command(argv, signUpPurpose(answers), { input, timeoutMs: 90_000, knownFailures: SIGN_UP_FAILURES }),
  ];
}

/** What the action that gives the first account its password is for. */
export const signUpPurpose = ({ adminEmail }: Pick<Answers, 'adminEmail'>): string =>
  `Make ${adminEmail} the administrator`;

/** Pure. Stops and removes the container of a claim that cannot be published. */
export function endClaim(): readonly Command[] {
  return [
    // Open WebUI gets time to finish writing.
    command(['docker', 'stop', '-t', '60', UNPUBLISHED], 'Stop Open WebUI in that container', {
      effects: stops(`the container ${UNPUBLISHED}`, labelled),
      timeoutMs: 120_000,
      knownFailures: DAEMON_FAILURES,
      uninterruptible: true,
    }),
    removeClaim('Remove that container; its data stays'),
  ];
}

const removeClaim = (purpose: string): Command =>
  command(removeContainer(UNPUBLISHED), purpose, {
    removes: things('container', UNPUBLISHED),
    effects: deletes(`the container ${UNPUBLISHED}`, labelled),
    timeoutMs: 60_000,
    knownFailures: DAEMON_FAILURES,
  });

function startUnpublished(
  facts: ClaimFacts,
  left: Container | undefined,
  answers: Answers,
): readonly Action[] {
  return [
    ...(left === undefined ? [] : [removeClaim('Remove what is left of an earlier attempt')]),
    ...prepare(facts, answers),
    ...runUnpublished(
      { ...managedOpenWebui(answers), name: UNPUBLISHED },
      {
        purpose: 'Start Open WebUI without a network, where nobody else can reach it',
        log: facts.logLimit,
      },
    ),
  ];
}

/** It has no network then, so what it wants to fetch is what it names. A variable that avoids that lasts, so a person adds it. */
const FIRST_START_FAILURES: readonly KnownFailure[] = [
  {
    pattern:
      'No embedding model is loaded|[Hh]ugging ?[Ff]ace|sentence-transformers|MaxRetryError|NameResolution',
    reason:
      'On first start Open WebUI wants to download a language model, but it has no network until it has an administrator.',
    next: 'Add the lines RAG_EMBEDDING_ENGINE=openai and BYPASS_EMBEDDING_AND_RETRIEVAL=True to its env file, as otto-install does for new containers, then try again. Nothing was published.',
  },
  {
    pattern: 'database or disk is full|No space left',
    reason: 'The disk filled up while Open WebUI started.',
    next: 'Free some space and try again.',
  },
  ...DAEMON_FAILURES,
];

const SIGN_UP_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'returned error: 400',
    reason: 'Open WebUI refuses this e-mail address or this password because of its own rules.',
    next: 'Choose a longer password with upper and lower case letters, digits and a symbol (at most 72 bytes), or another address.',
  },
  {
    pattern: 'returned error: 403',
    reason:
      'Open WebUI accepts no new accounts: its sign-in form is switched off, or somebody else signed up first.',
    next: 'Look at ENABLE_LOGIN_FORM and ENABLE_SIGNUP in its environment, then look again.',
  },
  {
    pattern: 'does not run|Failed to connect|Connection refused|Empty reply|timed out',
    reason: 'Open WebUI is not answering right now.',
    next: 'Look again: making the account continues from here.',
  },
];
