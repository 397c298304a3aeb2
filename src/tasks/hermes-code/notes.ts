import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { reveal } from '../../secret/secret.ts';
import { githubRepository, withoutCredentials } from '../../system/git/git.ts';
import type { HermesCodeFacts } from './look.ts';

/** What is noted and left alone: a checkout is never cleaned, reset or switched here. */
export function judgeCheckout(facts: HermesCodeFacts, answers: Answers): readonly Finding[] {
  const { checkout } = facts;
  const note = (code: string, saw: string, because: string): Finding => ({
    code,
    severity: 'risk',
    saw,
    because,
    fixes: [],
  });
  if (checkout.kind !== 'git') {
    return [
      note(
        'hermes-code-not-from-git',
        'Hermes’s code is a plain folder, not a git checkout.',
        'Hermes works, but git pull cannot update it.',
      ),
    ];
  }
  const { status } = checkout;
  const remote = reveal(checkout.remote);
  const repository = githubRepository(remote);
  const notes: Finding[] = [];
  if (status.conflicts.length > 0) {
    notes.push(
      note(
        'hermes-code-in-conflict',
        `Files with merge conflicts: ${some(status.conflicts)}.`,
        'Such files contain both versions, and Python cannot read them. Whoever started that merge must finish it.',
      ),
    );
  }
  if (status.changed.length > 0) {
    notes.push(
      note(
        'hermes-code-changed-by-hand',
        `Files that differ from the commit: ${some(status.changed)}.`,
        'otto-install leaves them as they are. An update will stop at them until they are committed or undone.',
      ),
    );
  }
  if (status.ahead > 0) {
    notes.push(
      note(
        'hermes-code-diverged',
        `The checkout has ${status.ahead} commit${status.ahead === 1 ? '' : 's'} that ${status.upstream ?? 'GitHub'} does not have.`,
        'otto-install leaves them as they are. A plain git pull will refuse until they are pushed or rebased.',
      ),
    );
  }
  if (repository?.toLowerCase() !== answers.hermesRepository.toLowerCase()) {
    notes.push(
      note(
        'hermes-code-from-elsewhere',
        `The checkout comes from ${withoutCredentials(remote) || 'nowhere (no remote)'}, not from ${answers.hermesRepository}.`,
        'otto-install uses it as it is; updates will come from there.',
      ),
    );
  }
  if (
    answers.hermesBranch !== undefined &&
    status.branch !== undefined &&
    status.branch !== answers.hermesBranch
  ) {
    notes.push(
      note(
        'hermes-code-other-branch',
        `The checkout is on ${status.branch}, but the answers say ${answers.hermesBranch}.`,
        'otto-install does not switch it here: that is an update, and it interrupts Hermes.',
      ),
    );
  }
  return [...notes, ...tokenInAddress(remote, answers)];
}

/** A token in the address stays readable in .git/config and shows in error messages. */
function tokenInAddress(remote: string, answers: Answers): readonly Finding[] {
  const clean = withoutCredentials(remote);
  if (clean === remote) return [];
  const { home, hermes } = layout(answers);
  return [
    {
      code: 'hermes-token-in-address',
      severity: 'risk',
      saw: `The address of the checkout’s origin has credentials in it (${clean}).`,
      because:
        'They are in .git/config and show up in messages. gh now holds the sign-in for git; revoke that token at GitHub.',
      fixes: [
        {
          id: 'remove-token',
          title: 'Remove the credentials from the address',
          actions: [
            {
              kind: 'run',
              argv: ['git', '-C', hermes.checkout, 'remote', 'set-url', '--', 'origin', clean],
              purpose: 'Remove the credentials from the address',
              user: answers.user,
              cwd: home,
              timeoutMs: 10_000,
            },
          ],
        },
      ],
    },
  ];
}

const some = (names: readonly string[]) =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
