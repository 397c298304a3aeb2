import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { foundAs, notOurs } from '../../engine/contracts/effect.ts';
import { choosePython } from '../../system/python/python.ts';
import { found } from '../finding.ts';
import {
  cloneActions,
  extrasFor,
  giveBackAction,
  installAction,
  makeVenvAction,
  setAsideAction,
} from './actions.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { HermesCodeFacts } from './look.ts';
import { judgeCheckout } from './notes.ts';
import { runsElsewhere } from './running-elsewhere.ts';
import { judgePython } from './venv.ts';

export function judgeHermesCode(facts: HermesCodeFacts, answers: Answers): readonly Finding[] {
  if (facts.atWork !== undefined) return [atWork(facts.atWork)];
  if (facts.foreignFile !== undefined) return [foreignFile(facts.foreignFile, answers)];
  if (facts.elsewhere !== undefined) return [runsElsewhere(facts.elsewhere, answers)];
  const { checkout } = facts;
  if (checkout.kind === 'unreadable') return [unreadable(checkout.said)];
  const usable = checkout.kind === 'git' || checkout.kind === 'plain-folder';
  if (!usable) return [noCode(facts, answers)];
  return [...judgePython(facts, answers), ...judgeCheckout(facts, answers)];
}

function atWork(command: string): Finding {
  return found(FINDINGS['hermes-install-at-work'], {
    evidence: `A command of an earlier run is still running: ${command.slice(0, 120)}`,
    watch: { everyMs: 2_000, forMs: 20 * 60_000 },
  });
}

function foreignFile(path: string, answers: Answers): Finding {
  return found(FINDINGS['hermes-code-of-another-user'], {
    evidence: `${path} does not belong to ${answers.user}.`,
    values: { user: answers.user },
    fixes: [
      {
        id: 'give-code-to-user',
        title: `Give the code to ${answers.user}`,
        actions: [giveBackAction(answers)],
      },
    ],
  });
}

function unreadable(said: string): Finding {
  return found(FINDINGS['hermes-checkout-unreadable'], {
    evidence: `git cannot read the checkout: ${said.split('\n')[0] ?? ''}`,
  });
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
    makeVenvAction(answers, python),
    installAction(answers, extrasFor(undefined)),
  ];
  switch (facts.checkout.kind) {
    case 'in-the-way':
      return found(FINDINGS['hermes-folder-in-the-way'], {
        evidence: `${path} is not Hermes’s code; it holds ${facts.checkout.names.join(', ')}.`,
        fixes: [
          {
            id: 'set-folder-aside',
            title: 'Set the folder aside, fetch Hermes’s code and install it',
            actions: [setAsideAction(answers, notOurs), ...clone],
            consequence: `The existing files move to ${path}.set-aside.`,
          },
        ],
      });
    case 'unfinished':
      return found(FINDINGS['hermes-clone-unfinished'], {
        evidence: `${path} holds an interrupted clone without any commit.`,
        values: { path },
        fixes: [
          {
            id: 'clone-again',
            title: 'Fetch Hermes’s code again and install it',
            actions: [setAsideAction(answers, foundAs('a clone that has no commit')), ...clone],
          },
        ],
      });
    default:
      return found(FINDINGS['hermes-not-cloned'], {
        evidence: facts.leftOver
          ? 'A clone of Hermes’s code was interrupted before it was complete.'
          : 'Hermes’s code is not here.',
        fixes: [{ id: 'clone', title: 'Fetch Hermes’s code and install it', actions: clone }],
      });
  }
}
