import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { command } from '../../engine/contracts/command.ts';
import { giveBack } from '../../system/accounts/folder-programs.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { ClaudeFacts } from './look.ts';

/** Hermes renews the tokens and writes them back: a file that it cannot write leaves a used-up token behind. */
export function judgeAccess(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  const { folder, file } = facts;
  if (folder === undefined || file === undefined) return [];
  const { claude, owner } = layout(answers);
  const open = (file.mode & 0o077) !== 0;
  const usable = file.readable && file.writable && folder.writable && folder.enterable;
  if (usable && !open) return [];
  const actions = [
    ...(usable ? [] : [giveBack(owner, [claude.folder], `Give ${claude.folder} to ${answers.user}`)]),
    // As the user, who owns the folder by then: as root they would follow a link that was put there.
    ...(usable
      ? []
      : [
          command(
            ['chmod', 'u+rwx', '--', claude.folder],
            `Let ${answers.user} enter and change the folder`,
            { timeoutMs: 10_000, user: answers.user },
          ),
        ]),
    command(['chmod', '0600', '--', claude.credentials], 'Let nobody else read the tokens', {
      timeoutMs: 10_000,
      user: answers.user,
    }),
  ];
  if (usable) {
    return [
      found(FINDINGS['claude-credentials-readable-by-others'], {
        evidence: `${claude.credentials} has mode ${octal(file.mode)}.`,
        fixes: [{ id: 'restrict-to-user', title: 'Let only the deploy user read the file', actions }],
      }),
    ];
  }
  const cannot = [
    ...(folder.enterable ? [] : ['enter the folder']),
    ...(folder.writable ? [] : ['write in the folder']),
    ...(file.readable ? [] : ['read the file']),
    ...(file.writable ? [] : ['write the file']),
  ];
  return [
    found(FINDINGS['claude-credentials-not-usable-by-user'], {
      evidence: `${answers.user} cannot ${cannot.join(', nor ')}: ${claude.credentials} belongs to ${file.owner} (${octal(file.mode)}), its folder to ${folder.owner}.`,
      fixes: [{ id: 'give-to-user', title: `Give the sign-in to ${answers.user}`, actions }],
    }),
  ];
}

const octal = (mode: number) => mode.toString(8).padStart(4, '0');
