import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { Account } from '../../host/accounts.ts';
import type { FileStat } from '../../host/host.ts';
import { accountCommand } from '../../system/accounts/users.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** What is known of the folder with the data of the containers. */
interface OptFacts {
  readonly user: Account | undefined;
  /** /opt/<user> */
  readonly opt: FileStat | undefined;
}

/**
 * Pure. /opt/<user> belongs to root: containers write below it as root, and who owns the folder could put a link to
 * anywhere instead of what they write to. Otto still works, but whoever may write there is root in all but name:
 * that is not what we promise, so it counts as broken and not as a risk to live with.
 */
export function judgeOpt({ opt, user }: OptFacts, answers: Answers): readonly Finding[] {
  const path = layout(answers).opt;
  if (opt === undefined)
    return [
      found(FINDINGS['opt-missing'], {
        evidence: `${path} is not there.`,
        fixes: [
          {
            id: 'create-folder',
            title: `Create ${path}`,
            actions: [
              accountCommand(
                ['install', '-d', '-m', '0755', '-o', 'root', '-g', 'root', path],
                `Create ${path}`,
                {
                  makes: things('folder', path),
                },
              ),
            ],
          },
        ],
      }),
    ];
  if (opt.kind !== 'directory' && opt.kind !== 'symlink')
    return [found(FINDINGS['opt-not-a-folder'], { evidence: `${path} is a file.` })];
  const writable = (opt.mode & 0o022) !== 0 && opt.kind === 'directory';
  if (opt.uid === 0 && !writable) return [];
  const owners = user !== undefined && opt.uid === user.uid ? answers.user : opt.owner;
  return [
    found(FINDINGS['opt-writable-by-others'], {
      evidence: writable
        ? `Users other than its owner can write in ${path}.`
        : `${path} belongs to ${owners}.`,
      fixes: [
        {
          id: 'give-to-root',
          title: `Give ${path} to root`,
          consequence: `${owners} can no longer create files directly in it. Only the folder itself changes; its contents stay as they are.`,
          actions: [
            accountCommand(['chown', 'root:root', path], `Give ${path} to root`),
            accountCommand(['chmod', 'go-w', path], `Let only root write in ${path}`),
          ],
        },
      ],
    }),
  ];
}
