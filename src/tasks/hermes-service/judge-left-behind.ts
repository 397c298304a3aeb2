import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { found } from '../finding.ts';
import { restartFix } from './actions.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { LeftBehind } from './left-behind.ts';
import type { HermesServiceFacts } from './look.ts';

/** Pure. What Hermes would start without, where it is kept, and the commands back; only then the restart. */
export function codeLeftBehind(facts: HermesServiceFacts, left: LeftBehind, answers: Answers): Finding {
  const { checkout } = layout(answers).hermes;
  const { branch, commit, commits, unheld, stash } = left;
  const at = branch === undefined ? commit : `${branch} (${commit})`;
  const lost = [
    ...(commits.length === 0
      ? []
      : [
          `${commits.length > 5 ? 'more than five commits' : `the commit${commits.length === 1 ? '' : 's'} ${commits.join('; ')}`}`,
        ]),
    ...(stash === undefined ? [] : [`the changes that are in git’s stash ("${stash}")`]),
  ].join(', and ');
  const back = [
    ...(commits.length === 0
      ? []
      : [
          unheld
            ? `git -C ${checkout} branch kept-work ${commit}`
            : `git -C ${checkout} switch ${branch ?? `--detach ${commit}`}`,
        ]),
    ...(stash === undefined ? [] : [`git -C ${checkout} stash apply`]),
  ];
  const restart = restartFix(facts, answers, { interrupts: true });
  return found(FINDINGS['hermes-code-left-behind'], {
    evidence: `Hermes runs ${at}, and the checkout has been moved since: it lacks ${lost}.`,
    values: { back: back.map((line) => `\`${line}\``).join(', '), unheld },
    fixes: [
      { ...restart, consequence: `Hermes then works without ${lost}. ${restart.consequence ?? ''}`.trim() },
    ],
  });
}
