import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { command } from '../../engine/contracts/command.ts';
import { foundAs, replaces } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { found } from '../finding.ts';
import { restart } from '../hermes-service/actions.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { type ClaudeFacts, TOKENS } from './look.ts';

/** A token that Claude does not know, and that Hermes sends before everything else: a good key or sign-in beside it is not used. Pure. */
export function judgeToken(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  const name = TOKENS.find((one) => facts.keysInEnv.includes(one));
  if (name === undefined || facts.tokenStatus !== 401) return [];
  const { envFile } = layout(answers).hermes;
  const place = facts.keyPlaces?.[name] ?? envFile;
  const unused = facts.keysInEnv.includes('ANTHROPIC_API_KEY')
    ? 'ANTHROPIC_API_KEY'
    : facts.file === undefined
      ? undefined
      : 'the sign-in';
  return [
    found(FINDINGS['claude-token-refused-first'], {
      evidence: `${place} sets ${name}, which Hermes sends before anything else, and Claude answers 401 to it.${unused === undefined ? '' : ` ${unused} is not used.`}`,
      values: { name, place, fromUnit: place !== envFile },
      fixes: place === envFile ? [commentOut(name, answers)] : [],
    }),
  ];
}

function commentOut(name: string, answers: Answers): Fix {
  const { envFile } = layout(answers).hermes;
  return {
    id: 'comment-out-token',
    title: `Turn the line of ${name} into a comment and restart Hermes`,
    consequence: `Hermes no longer sends ${name}; the line stays in the file, and the file as it was beside it. Hermes is unavailable for about 10 seconds.`,
    actions: [
      command(
        [
          'sed',
          '--in-place=.before-comment',
          '-E',
          `s/^[[:space:]]*(export[[:space:]]+)?${name}[[:space:]]*=/# &/`,
          envFile,
        ],
        `Turn the line of ${name} into a comment`,
        { user: answers.user, effects: replaces(envFile, foundAs('Hermes’s settings')) },
      ),
      restart(answers),
    ],
  };
}
