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
  loadOnceAction,
  makeVenvAction,
  setAsideAction,
} from './actions.ts';
import { FINDINGS, type Finding, NO_HERMES } from './findings.ts';
import type { HermesCodeFacts } from './look.ts';
import { judgeCheckout } from './notes.ts';
import { runsElsewhere } from './running-elsewhere.ts';
import { judgePython } from './venv.ts';

/** Pure. A Hermes that answers is never absent: what is wrong with its files then waits for its next start. */
export function judgeHermesCode(facts: HermesCodeFacts, answers: Answers): readonly Finding[] {
  const findings = judgeFiles(facts, answers);
  return facts.answers === true ? findings.map(whileItAnswers) : findings;
}

const whileItAnswers = (finding: Finding): Finding =>
  finding.impact !== NO_HERMES
    ? finding
    : {
        ...finding,
        severity: finding.severity === 'blocked' ? 'blocked' : 'risk',
        impact: 'Hermes answers now, from what it has loaded. After its next start it may not.',
      };

function judgeFiles(facts: HermesCodeFacts, answers: Answers): readonly Finding[] {
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

/** What the releases up to 0.20 run on. Newer code says it itself, once it is here. */
const KNOWN_PYTHONS = '>=3.11,<3.14';

/**
 * Nothing usable is there: fetch it, and first set aside what is in the way. Installing it is part of the same fix, since
 * there is nothing to install when fetching fails. Where every Python is one that no known release runs on, the code is only
 * fetched: it says which Python it needs, before an environment is made that pip would refuse.
 */
function noCode(facts: HermesCodeFacts, answers: Answers): Finding {
  const { checkout: path } = layout(answers).hermes;
  const python = choosePython(facts.interpreters, KNOWN_PYTHONS)?.path;
  const unclear = python === undefined && facts.interpreters.length > 0;
  const clone = [
    ...cloneActions(answers, facts),
    ...(unclear
      ? []
      : [
          // On an empty machine python3 itself comes with the packages.
          makeVenvAction(answers, python ?? '/usr/bin/python3'),
          installAction(answers, extrasFor(undefined)),
          loadOnceAction(answers),
        ]),
  ];
  const fetch = (what: string) => `${what}${unclear ? '' : ' and install it'}`;
  switch (facts.checkout.kind) {
    case 'in-the-way':
      return found(FINDINGS['hermes-folder-in-the-way'], {
        evidence: `${path} is not Hermes’s code; it holds ${facts.checkout.names.join(', ')}.`,
        fixes: [
          {
            id: 'set-folder-aside',
            title: fetch(`Set the folder aside${unclear ? ' and' : ','} fetch Hermes’s code`),
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
            title: fetch('Fetch Hermes’s code again'),
            actions: [setAsideAction(answers, foundAs('a clone that has no commit')), ...clone],
          },
        ],
      });
    default:
      return found(FINDINGS['hermes-not-cloned'], {
        evidence: facts.leftOver
          ? 'A clone of Hermes’s code was interrupted before it was complete.'
          : 'Hermes’s code is not here.',
        fixes: [{ id: 'clone', title: fetch('Fetch Hermes’s code'), actions: clone }],
      });
  }
}
