import { declareFindings, type FoundOf, wording } from '../finding.ts';

const NO_HERMES = 'There will be no Hermes, so nothing that answers.';

/** What can be wrong with Hermes's code and with the Python that it runs on. */
export const FINDINGS = declareFindings('hermes-code', {
  'hermes-token-in-address': {
    severity: 'risk',
    reason:
      'They stand in .git/config and show up in messages. gh holds the sign-in for git now; revoke that token at GitHub.',
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-install-at-work': {
    severity: 'blocked',
    reason: 'Two of them in the same folder would destroy each other’s work. It is waited for.',
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-code-of-another-user': {
    severity: 'broken',
    reason: wording(
      { user: '‹user›' },
      ({ user }) =>
        `Something was run there as another user, probably root. git then refuses ("dubious ownership"), and Hermes, which runs as ${user}, cannot replace such files.`,
    ),
    impact: NO_HERMES,
    proof: { fault: 'hermes-code-of-root' },
  },
  'hermes-checkout-unreadable': {
    severity: 'blocked',
    reason:
      'There are files beside the repository, which may be somebody’s work, so nothing is thrown away here. `git fsck` in that folder says more.',
    impact: NO_HERMES,
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-folder-in-the-way': {
    severity: 'broken',
    reason: 'The checkout belongs there.',
    impact: NO_HERMES,
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-clone-unfinished': {
    severity: 'broken',
    reason: wording(
      { path: '~/.hermes/hermes-agent' },
      ({ path }) =>
        `git does not go on with such a clone and refuses to start another one there. Nothing of it can be used; it is kept as ${path}.set-aside all the same.`,
    ),
    impact: NO_HERMES,
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-not-cloned': {
    severity: 'missing',
    reason:
      'Hermes is the agent behind Open WebUI. It runs from a git checkout, so that it can be updated, and its Python packages go into an environment of their own beside the code, so that the system’s Python is left alone.',
    impact: NO_HERMES,
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-not-installed': {
    severity: 'missing',
    reason: wording({ cutOff: false }, ({ cutOff }) =>
      cutOff
        ? 'pip puts Hermes in last: an installation that was cut off before looks like this, and goes on where it stopped.'
        : 'Its Python packages go into an environment of their own beside the code: the system’s Python is left alone (PEP 668), and an update of the system does not change what Hermes uses.',
    ),
    impact: NO_HERMES,
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-wants-another-python': {
    severity: 'blocked',
    reason:
      'The distribution has no fitting Python, and replacing the system’s own would break the system. Choose a branch or tag of Hermes that fits (answer hermesBranch; releases up to 0.20 run on 3.11 to 3.13), or install a fitting python3.NN with its venv package beside the system’s.',
    impact: NO_HERMES,
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-code-not-from-git': {
    severity: 'risk',
    reason: 'It works, but it cannot be updated with git pull.',
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-code-in-conflict': {
    severity: 'risk',
    reason:
      'Such files hold both versions and Python cannot read them. Whoever began that merge has to end it.',
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-code-changed-by-hand': {
    severity: 'risk',
    reason: 'They are left as they are. An update will stop at them until they are committed or taken back.',
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-code-diverged': {
    severity: 'risk',
    reason: 'They are left as they are. A plain git pull will refuse until they are pushed or rebased.',
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-code-from-elsewhere': {
    severity: 'risk',
    reason: 'It is used as it is; updates will come from there.',
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-code-other-branch': {
    severity: 'risk',
    reason: 'It is not switched here: that is an update, and one that interrupts Hermes.',
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-venv-dead': {
    severity: 'broken',
    reason:
      'It was left half-made, or the system’s Python that it points to is gone (after an upgrade of the distribution). A gateway that runs since before goes on until its next restart.',
    impact: NO_HERMES,
    proof: { fault: 'hermes-venv-python-gone' },
  },
  'hermes-venv-other-python': {
    severity: 'broken',
    reason: wording({ upgraded: true }, ({ upgraded }) =>
      upgraded
        ? 'Packages belong to the one Python that they were installed with. After an upgrade of the distribution python3 is another one, which sees none of them; the environment must be made anew.'
        : 'Its packages are made for that one Python, so the environment must be made anew.',
    ),
    impact: NO_HERMES,
    proof: { fault: 'hermes-venv-of-another-python' },
  },
  'hermes-venv-unfinished': {
    severity: 'broken',
    reason: 'Making it was cut off before pip was put in.',
    impact: NO_HERMES,
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-packages-half-written': {
    severity: 'broken',
    reason:
      'Such a package looks installed and is not; pip by itself would pass over it. What it was going to replace lies beside it, under a name that begins with "~".',
    impact: NO_HERMES,
    proof: { fault: 'hermes-pip-half-finished' },
  },
  'hermes-installed-from-elsewhere': {
    severity: 'broken',
    reason: 'An update of the checkout would change nothing.',
    impact: NO_HERMES,
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-install-outdated': {
    severity: 'broken',
    reason:
      'The code was changed (git pull) without `pip install`: what the new release needs may be missing.',
    impact: NO_HERMES,
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-packages-missing': {
    severity: 'broken',
    reason: 'An installation was cut off, or somebody removed them.',
    impact: NO_HERMES,
    proof: { test: 'tasks/hermes-code.test.ts' },
  },
  'hermes-does-not-start': {
    severity: 'broken',
    reason: 'Its packages seem complete, so a file of the code or of a package is damaged or was changed.',
    impact: NO_HERMES,
    proof: { fault: 'hermes-code-half-edited' },
  },
  'hermes-modules-missing': {
    severity: 'broken',
    reason:
      'aiohttp carries the API that Open WebUI uses, anthropic speaks to Claude, yaml reads the configuration. Without them Hermes starts, says "active" and is of no use. Since 0.14 a plain `pip install -e .` leaves the first two out.',
    impact: NO_HERMES,
    proof: { fault: 'hermes-packages-removed' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
