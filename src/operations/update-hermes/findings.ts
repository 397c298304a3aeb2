import { declareFindings, type FoundOf, wording } from '../../tasks/finding.ts';

/** Why Hermes must not be updated now. */
export const FINDINGS = declareFindings('update-hermes', 'operations/update-hermes.test.ts', {
  'update-hermes-not-whole': {
    severity: 'blocked',
    reason: 'Run `otto-install` to see what is missing and fix it; then update.',
  },
  'update-hermes-of-another-user': {
    severity: 'blocked',
    reason: wording(
      { user: 'root', code: '/usr/local/lib/hermes-agent' },
      ({ user, code }) =>
        `otto-install updates the Hermes of the deploy user, and there is none. As ${user}, \`hermes update\` in ${code} updates this one; \`otto-install check\` says how it is moved to the deploy user with all that it has learned.`,
    ),
    proof: { test: 'operations/another-user.test.ts' },
  },
  'update-hermes-at-work': {
    severity: 'blocked',
    reason: 'Two at once would leave code and packages that do not match. Wait until that has finished.',
  },
  'update-hermes-local-changes': {
    severity: 'blocked',
    reason:
      'An update would lose or collide with them. As the deploy user, in the checkout: `git diff` shows them; `git stash` sets them aside, and your own commit keeps them for good.',
  },
  'update-hermes-unknown-version': {
    severity: 'blocked',
    reason:
      'Name a tag (v0.19.0), a branch or a commit. `git tag` and `git branch -r` in the checkout list them.',
  },
  'update-hermes-own-commits': {
    severity: 'blocked',
    reason:
      'Switching to it would drop them from what runs. Push or rebase them first, or name the commit that you want with --version.',
  },
  'update-hermes-wants-another-python': {
    severity: 'blocked',
    reason:
      'The distribution’s own Python must not be replaced. Choose an older release with --version, or install the right python3.NN and its venv package next to the system’s.',
  },
  'update-hermes-disk-full': {
    severity: 'blocked',
    reason: 'A copy of the old environment is kept until the new one answers, and pip needs space to build.',
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
