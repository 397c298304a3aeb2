import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { giveBack } from '../../system/accounts/folder-programs.ts';
import { run } from './actions.ts';
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
    // As the user, whose folder it is by then: as root they would go through a link that was put there.
    ...(usable
      ? []
      : [
          {
            ...run(
              ['chmod', 'u+rwx', '--', claude.folder],
              `Let ${answers.user} enter and change it`,
              10_000,
            ),
            user: answers.user,
          },
        ]),
    {
      ...run(['chmod', '0600', '--', claude.credentials], 'Let nobody else read the tokens', 10_000),
      user: answers.user,
    },
  ];
  if (usable) {
    return [
      {
        code: 'claude-credentials-readable-by-others',
        severity: 'broken',
        saw: `${claude.credentials} has mode ${octal(file.mode)}.`,
        because: 'Other users of this machine can read the tokens in it and use the account.',
        fixes: [{ id: 'restrict-to-user', title: 'Let only the deploy user read it', actions }],
      },
    ];
  }
  const cannot = [
    ...(folder.enterable ? [] : ['enter the folder']),
    ...(folder.writable ? [] : ['write in the folder']),
    ...(file.readable ? [] : ['read the file']),
    ...(file.writable ? [] : ['write the file']),
  ];
  return [
    {
      code: 'claude-credentials-not-usable-by-user',
      severity: 'broken',
      saw: `${answers.user} cannot ${cannot.join(', nor ')}: ${claude.credentials} belongs to ${file.owner} (${octal(file.mode)}), its folder to ${folder.owner}.`,
      because:
        'Hermes runs as that user, reads the tokens, renews them every eight hours and writes them back. A file that it cannot read looks to it like no sign-in at all; one that it cannot write keeps a token that is used up, and the next renewal fails for good.',
      fixes: [{ id: 'give-to-user', title: `Give it to ${answers.user}`, actions }],
      ifSkipped: 'Every chat fails with "No Anthropic credentials found".',
    },
  ];
}

const octal = (mode: number) => mode.toString(8).padStart(4, '0');
