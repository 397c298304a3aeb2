import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { choosePython } from '../../system/python/python.ts';
import {
  cloneActions,
  extrasFor,
  giveBackAction,
  installAction,
  makeVenvAction,
  setAsideAction,
} from './actions.ts';
import type { HermesCodeFacts } from './look.ts';
import { judgeCheckout } from './notes.ts';
import { judgePython, NO_HERMES } from './venv.ts';

export function judgeHermesCode(facts: HermesCodeFacts, answers: Answers): readonly Finding[] {
  if (facts.atWork !== undefined) return [atWork(facts.atWork)];
  if (facts.foreignFile !== undefined) return [foreignFile(facts.foreignFile, answers)];
  const { checkout } = facts;
  if (checkout.kind === 'unreadable') return [unreadable(checkout.said)];
  const usable = checkout.kind === 'git' || checkout.kind === 'plain-folder';
  if (!usable) return [noCode(facts, answers)];
  return [...judgePython(facts, answers), ...judgeCheckout(facts, answers)];
}

function atWork(command: string): Finding {
  return {
    code: 'hermes-install-at-work',
    severity: 'blocked',
    saw: `A command of an earlier run is still running: ${command.slice(0, 120)}`,
    because:
      'Two such commands in the same folder would destroy each other’s work, so otto-install waits for this one.',
    fixes: [],
    watch: { everyMs: 2_000, forMs: 20 * 60_000 },
  };
}

function foreignFile(path: string, answers: Answers): Finding {
  return {
    code: 'hermes-code-of-another-user',
    severity: 'broken',
    saw: `${path} does not belong to ${answers.user}.`,
    because: `Somebody ran a command there as another user, probably root. git then refuses to work ("dubious ownership"), and Hermes, which runs as ${answers.user}, cannot replace such files.`,
    fixes: [
      {
        id: 'give-code-to-user',
        title: `Give the code to ${answers.user}`,
        actions: [giveBackAction(answers)],
      },
    ],
    ifSkipped: NO_HERMES,
  };
}

function unreadable(said: string): Finding {
  return {
    code: 'hermes-checkout-unreadable',
    severity: 'blocked',
    saw: `git cannot read the checkout: ${said.split('\n')[0] ?? ''}`,
    because:
      'There are files beside the repository which may be somebody’s work, so otto-install discards nothing here. `git fsck` in that folder says more.',
    fixes: [],
    ifSkipped: NO_HERMES,
  };
}

/**
 * Nothing usable is there: fetch it, and first set aside what is in the way. Installing it is part of the same fix, since
 * there is nothing to install when fetching fails.
 */
function noCode(facts: HermesCodeFacts, answers: Answers): Finding {
  const { checkout: path } = layout(answers).hermes;
  // On an empty machine python3 itself comes with the packages.
  const python = choosePython(facts.interpreters, undefined)?.path ?? '/usr/bin/python3';
  const clone = [
    ...cloneActions(answers, facts.leftOver),
    makeVenvAction(answers, python, false),
    installAction(answers, extrasFor(undefined)),
  ];
  const setAside = setAsideAction(answers);
  const because =
    'Hermes is the agent behind Open WebUI. It runs from a git checkout, so that it can be updated, and its Python packages go into their own environment beside the code, so that the system’s Python stays as it is.';
  switch (facts.checkout.kind) {
    case 'in-the-way':
      return {
        code: 'hermes-folder-in-the-way',
        severity: 'broken',
        saw: `${path} is not Hermes’s code; it holds ${facts.checkout.names.join(', ')}.`,
        because: 'Hermes’s checkout belongs there.',
        fixes: [
          {
            id: 'set-folder-aside',
            title: 'Set the folder aside, fetch Hermes’s code and install it',
            actions: [setAside, ...clone],
            consequence: `The existing files move to ${path}.set-aside.`,
          },
        ],
        ifSkipped: NO_HERMES,
      };
    case 'unfinished':
      return {
        code: 'hermes-clone-unfinished',
        severity: 'broken',
        saw: `${path} holds an interrupted clone without any commit.`,
        because: `git cannot continue such a clone and refuses to start another one there. Nothing in it can be used; it is kept as ${path}.set-aside anyway.`,
        fixes: [
          {
            id: 'clone-again',
            title: 'Fetch Hermes’s code again and install it',
            actions: [setAside, ...clone],
          },
        ],
        ifSkipped: NO_HERMES,
      };
    default:
      return {
        code: 'hermes-not-cloned',
        severity: 'missing',
        saw: facts.leftOver
          ? 'A clone of Hermes’s code was interrupted before it was complete.'
          : 'Hermes’s code is not here.',
        because,
        fixes: [{ id: 'clone', title: 'Fetch Hermes’s code and install it', actions: clone }],
        ifSkipped: NO_HERMES,
      };
  }
}
