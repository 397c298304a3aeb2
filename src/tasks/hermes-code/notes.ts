import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { command } from '../../engine/contracts/command.ts';
import { foundAs, replaces } from '../../engine/contracts/effect.ts';
import { reveal } from '../../secret/secret.ts';
import { githubRepository, withoutCredentials } from '../../system/git/git.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { HermesCodeFacts } from './look.ts';

/** Findings that are only reported: a checkout is never cleaned, reset or switched here. */
export function judgeCheckout(facts: HermesCodeFacts, answers: Answers): readonly Finding[] {
  const { checkout } = facts;
  if (checkout.kind !== 'git') {
    return [
      found(FINDINGS['hermes-code-not-from-git'], {
        evidence: 'Hermes’s code is a plain folder, not a git checkout.',
      }),
    ];
  }
  const { status } = checkout;
  const remote = reveal(checkout.remote);
  const repository = githubRepository(remote);
  const notes: Finding[] = [];
  if (status.conflicts.length > 0) {
    notes.push(
      found(FINDINGS['hermes-code-in-conflict'], {
        evidence: `Files with merge conflicts: ${some(status.conflicts)}.`,
      }),
    );
  }
  if (status.changed.length > 0) {
    notes.push(
      found(FINDINGS['hermes-code-changed-by-hand'], {
        evidence: `Files that differ from the commit: ${some(status.changed)}.`,
      }),
    );
  }
  if (status.ahead > 0) {
    notes.push(
      found(FINDINGS['hermes-code-diverged'], {
        evidence: `The checkout has ${status.ahead} commit${status.ahead === 1 ? '' : 's'} that ${status.upstream ?? 'GitHub'} does not have.`,
      }),
    );
  }
  if (repository?.toLowerCase() !== answers.hermesRepository.toLowerCase()) {
    notes.push(
      found(FINDINGS['hermes-code-from-elsewhere'], {
        evidence: `The checkout comes from ${withoutCredentials(remote) || 'nowhere (no remote)'}, not from ${answers.hermesRepository}.`,
      }),
    );
  }
  if (
    answers.hermesBranch !== undefined &&
    status.branch !== undefined &&
    status.branch !== answers.hermesBranch
  ) {
    notes.push(
      found(FINDINGS['hermes-code-other-branch'], {
        evidence: `The checkout is on ${status.branch}, but the answers say ${answers.hermesBranch}.`,
      }),
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
    found(FINDINGS['hermes-token-in-address'], {
      evidence: `The address of the checkout’s origin has credentials in it (${clean}).`,
      fixes: [
        {
          id: 'remove-token',
          title: 'Remove the credentials from the address',
          actions: [
            command(
              ['git', '-C', hermes.checkout, 'remote', 'set-url', '--', 'origin', clean],
              'Remove the credentials from the address',
              {
                user: answers.user,
                cwd: home,
                timeoutMs: 10_000,
                effects: replaces('the address of origin', foundAs('Hermes’s code')),
              },
            ),
          ],
        },
      ],
    }),
  ];
}

const some = (names: readonly string[]) =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
