import { declareFindings, type FoundOf } from '../../tasks/finding.ts';

/** Why Hermes must not be updated now. */
export const FINDINGS = declareFindings('update-hermes', {
  'update-hermes-not-whole': {
    severity: 'blocked',
    reason: '`otto-install` says what is missing and mends it; then update.',
    proof: { test: 'operations/update-hermes.test.ts' },
  },
  'update-hermes-at-work': {
    severity: 'blocked',
    reason: 'Two at once would leave code and packages that do not fit each other. Wait until it has ended.',
    proof: { test: 'operations/update-hermes.test.ts' },
  },
  'update-hermes-local-changes': {
    severity: 'blocked',
    reason:
      'An update would lose or collide with them. As the deploy user, in the checkout: `git diff` shows them; `git stash` keeps them aside, a commit of your own keeps them for good.',
    proof: { test: 'operations/update-hermes.test.ts' },
  },
  'update-hermes-unknown-version': {
    severity: 'blocked',
    reason:
      'A tag (v0.19.0), a branch or a commit can be named. `git tag` and `git branch -r` in the checkout list them.',
    proof: { test: 'operations/update-hermes.test.ts' },
  },
  'update-hermes-own-commits': {
    severity: 'blocked',
    reason:
      'Going over to it would drop them from what runs. Push or rebase them first, or name the commit that you want with --version.',
    proof: { test: 'operations/update-hermes.test.ts' },
  },
  'update-hermes-wants-another-python': {
    severity: 'blocked',
    reason:
      'The distribution’s own Python must not be replaced. Choose a release that fits with --version, or install a fitting python3.NN with its venv package beside the system’s.',
    proof: { test: 'operations/update-hermes.test.ts' },
  },
  'update-hermes-disk-full': {
    severity: 'blocked',
    reason:
      'The environment from before is kept as a copy until the new one answers, and pip needs room to build.',
    proof: { test: 'operations/update-hermes.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
