import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { command } from '../../engine/contracts/command.ts';
import { giveBack } from '../../system/accounts/folder-programs.ts';
import { found } from '../finding.ts';
import { restartActions } from '../hermes-service/actions.ts';
import { isAtWork } from './files.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { HermesConfigFacts, SettingsFile } from './look.ts';

/** Hermes, as the deploy user, reads both and may rewrite both; nobody else may read the keys. */
export function judgeOwners(facts: HermesConfigFacts, answers: Answers): readonly Finding[] {
  const { hermes } = layout(answers);
  return [
    ...ownerOf(facts.env, hermes.envFile, 0o077, facts, answers),
    ...ownerOf(facts.config, hermes.config, 0o022, facts, answers),
  ];
}

function ownerOf(
  file: SettingsFile | undefined,
  path: string,
  forbidden: number,
  facts: HermesConfigFacts,
  answers: Answers,
): readonly Finding[] {
  const { owner, user } = layout(answers);
  if (file === undefined) return [];
  const foreign = file.owner !== user;
  const open = (file.mode & forbidden) !== 0;
  const shut = (file.mode & 0o600) !== 0o600;
  if (!foreign && !open && !shut) return [];
  const mode = file.mode.toString(8).padStart(4, '0');
  const evidence = `${path} belongs to ${file.owner} and has mode ${mode}.`;
  const judged = foreign
    ? found(FINDINGS['hermes-settings-of-another-user'], { evidence, values: { user } })
    : found(FINDINGS['hermes-settings-mode'], { evidence, values: { user, open } });
  return [
    {
      ...judged,
      fixes: [
        {
          id: 'restrict-to-user',
          title: `Let only ${user} read and change the file`,
          actions: [
            ...(foreign ? [giveBack(owner, [path], `Give ${path} to ${user}`, { below: false })] : []),
            command(['chmod', '0600', '--', path], 'Let nobody else read the file', { user }),
            // It was started while it could not read them.
            ...(foreign && isAtWork(facts) && !facts.serves ? restartActions(facts, answers) : []),
          ],
        },
      ],
    },
  ];
}
