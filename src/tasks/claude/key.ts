import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { foundAs, replaces } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { putKeyArgv } from '../../system/claude/claude-key.ts';
import { found } from '../finding.ts';
import { restart } from '../hermes-service/actions.ts';
import { setSignInAside } from './actions.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { ClaudeFacts } from './look.ts';

/** What must be known to offer a key. */
type KeyFacts = Pick<ClaudeFacts, 'envThere' | 'file' | 'folder' | 'keyPlaces'>;

/** Claude refuses the key that Hermes sends. Another one in the answers is written by the step Hermes configuration. */
export function judgeKey(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  if (isMissing(facts, answers)) return [forNobody(keyMissing(facts, answers), answers)];
  if (facts.keyStatus !== 401 || facts.keyOfAnswers === false) return [];
  return [forNobody(keyRefused(facts, answers), answers)];
}

const placeOfKey = ({ keyPlaces }: KeyFacts, answers: Answers): string =>
  keyPlaces?.ANTHROPIC_API_KEY ?? layout(answers).hermes.envFile;

/** There is no key and nobody has named one; the step Hermes configuration writes one that the answers name. */
const isMissing = (facts: ClaudeFacts, answers: Answers) =>
  facts.envThere && facts.keysInEnv.length === 0 && answers.anthropicApiKey === undefined;

function keyMissing(facts: ClaudeFacts, answers: Answers): Finding {
  return found(FINDINGS['claude-key-missing'], {
    evidence: `Claude should be used with an API key, but ${layout(answers).hermes.envFile} has none.`,
    fixes: keyFixes(facts, answers, 'Enter an API key for Claude'),
  });
}

/** Adds what to do if nobody is there to paste a key. */
function forNobody(finding: Finding, answers: Answers): Finding {
  if (!answers.unattended) return finding;
  const advice = `Nobody is here to paste a key: run \`otto-install fix ${finding.code}\` at a terminal, or give the key as OTTO_ANTHROPIC_API_KEY.`;
  return { ...finding, reason: `${finding.reason} ${advice}` };
}

/** The finding that Claude does not know the key. */
function keyRefused(facts: KeyFacts, answers: Answers): Finding {
  return found(FINDINGS['claude-key-refused'], {
    evidence: `${placeOfKey(facts, answers)}: Claude answers 401 to its ANTHROPIC_API_KEY.`,
    ...(placeOfKey(facts, answers) !== layout(answers).hermes.envFile && {
      adds: 'The unit of Hermes sets it there: change it there, then `systemctl daemon-reload && systemctl restart hermes-gateway`.',
    }),
    fixes: keyFixes(facts, answers, 'Enter another API key for Claude'),
  });
}

/** An API key that a person pastes; a sign-in that would be used instead is set aside. */
export function keyFixes(
  facts: KeyFacts,
  answers: Answers,
  title = 'Use an Anthropic API key',
): readonly Fix[] {
  const { hermes } = layout(answers);
  // A key that the unit sets was kept from the agent on purpose: it is not written to where the agent reads it.
  if (answers.unattended || !facts.envThere || placeOfKey(facts, answers) !== hermes.envFile) return [];
  return [
    {
      id: 'use-api-key',
      title,
      actions: [
        {
          kind: 'converse',
          dialogue: 'claude-key',
          argv: putKeyArgv(hermes.envFile),
          purpose: 'Put an API key for Claude into Hermes’s .env',
          user: answers.user,
          timeoutMs: 40 * 60_000,
          effects: replaces(hermes.envFile, foundAs('Hermes’s settings')),
        },
        ...(facts.file === undefined
          ? []
          : setSignInAside(
              facts,
              answers,
              'before-api-key',
              'Set aside the sign-in to Claude, which Hermes would prefer',
            )),
        // It would use the key from the next message on; the times of its files tell what it was started with.
        restart(answers),
      ],
      ...(answers.claude === 'login' && {
        consequence: 'From then on the account of that key pays for every answer.',
      }),
    },
  ];
}
