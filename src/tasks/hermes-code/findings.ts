import { declareFindings, type FoundOf, wording } from '../finding.ts';

export const NO_HERMES = 'There will be no Hermes, so nobody gets an answer.';

/** What can be wrong with Hermes's code and with the Python that it runs on. */
export const FINDINGS = declareFindings('hermes-code', 'tasks/hermes-code/hermes-code.test.ts', {
  'hermes-token-in-address': {
    severity: 'risk',
    reason:
      'They are in .git/config and show up in messages. gh now holds the sign-in for git; revoke that token at GitHub.',
  },
  'hermes-install-at-work': {
    severity: 'blocked',
    reason:
      'Two such commands in the same folder would destroy each other’s work, so otto-install waits for this one.',
  },
  'hermes-code-of-another-user': {
    severity: 'broken',
    reason: wording(
      { user: '‹user›' },
      ({ user }) =>
        `Somebody ran a command there as another user, probably root. git then refuses to work ("dubious ownership"), and Hermes, which runs as ${user}, cannot replace such files.`,
    ),
    impact: NO_HERMES,
    proof: { fault: 'hermes-code-of-root' },
  },
  'hermes-checkout-unreadable': {
    severity: 'blocked',
    reason:
      'There are files beside the repository which may be somebody’s work, so otto-install discards nothing here. `git fsck` in that folder says more.',
    impact: NO_HERMES,
  },
  'hermes-runs-as-another-user': {
    severity: 'blocked',
    reason: wording(
      {
        root: true,
        from: '/root/.hermes',
        to: '/home/cleo/.hermes',
        user: 'cleo',
        unit: '/etc/systemd/system/hermes-gateway.service',
      },
      ({ root, from, to, user, unit }) =>
        `${root ? 'As root, whoever may chat with it is root on this machine. ' : ''}A second Hermes for ${user} would start with an empty memory, so otto-install makes none beside it. To move it: \`systemctl stop hermes-gateway\`, \`cp -a ${from} ${to}\`, \`chown -R ${user}: ${to}\`, the sign-in to Claude likewise (.claude beside it), \`mv ${unit} /root/\`, \`systemctl daemon-reload\`, and look again: code and unit are then made for ${user}, and memory, sessions, skills and keys are the same. What was in ${from} and the unit in /root stay there as the way back.`,
    ),
    impact: 'Hermes is left as it is, and nothing that needs it is done.',
    proof: { fault: 'hermes-runs-as-root' },
  },
  'hermes-folder-in-the-way': {
    severity: 'broken',
    reason: 'Hermes’s checkout belongs there.',
    impact: NO_HERMES,
  },
  'hermes-clone-unfinished': {
    severity: 'broken',
    reason: wording(
      { path: '~/.hermes/hermes-agent' },
      ({ path }) =>
        `git cannot continue such a clone and refuses to start another one there. Nothing in it can be used; it is kept as ${path}.set-aside anyway.`,
    ),
    impact: NO_HERMES,
  },
  'hermes-not-cloned': {
    severity: 'missing',
    reason:
      'Hermes is the agent behind Open WebUI. It runs from a git checkout, so that it can be updated, and its Python packages go into their own environment beside the code, so that the system’s Python stays as it is.',
    impact: NO_HERMES,
  },
  'hermes-not-installed': {
    severity: 'missing',
    reason: wording({ cutOff: false }, ({ cutOff }) =>
      cutOff
        ? 'pip installs Hermes last: an interrupted installation looks like this, and continues where it stopped.'
        : 'Its Python packages go into their own environment beside the code: the system’s Python stays as it is (PEP 668), and a system update does not change what Hermes uses.',
    ),
    impact: NO_HERMES,
  },
  'hermes-wants-another-python': {
    severity: ['missing', 'blocked'],
    reason: wording({ offered: false }, ({ offered }) =>
      offered
        ? 'Hermes’s packages are made for certain releases of Python. Another one can be installed beside the system’s own, which stays as it is: only Hermes’s environment uses it.'
        : 'The distribution has no suitable Python, and replacing the system’s own would break the system. Choose a suitable branch or tag of Hermes (answer hermesBranch; releases up to 0.20 run on 3.11 to 3.13), or install a suitable python3.NN with its venv package beside the system’s.',
    ),
    impact: NO_HERMES,
  },
  'hermes-code-not-from-git': {
    severity: 'risk',
    reason: 'Hermes works, but git pull cannot update it.',
  },
  'hermes-code-in-conflict': {
    severity: 'risk',
    reason:
      'Such files contain both versions, and Python cannot read them. Whoever started that merge must finish it.',
  },
  'hermes-code-changed-by-hand': {
    severity: 'risk',
    reason:
      'otto-install leaves them as they are. An update will stop at them until they are committed or undone.',
  },
  'hermes-code-diverged': {
    severity: 'risk',
    reason:
      'otto-install leaves them as they are. A plain git pull will refuse until they are pushed or rebased.',
  },
  'hermes-code-from-elsewhere': {
    severity: 'risk',
    reason: 'otto-install uses it as it is; updates will come from there.',
  },
  'hermes-code-other-branch': {
    severity: 'risk',
    reason: 'otto-install does not switch it here: that is an update, and it interrupts Hermes.',
  },
  'hermes-venv-dead': {
    severity: 'broken',
    reason:
      'Either it is incomplete, or the system’s Python that it points to is gone (after an upgrade of the distribution). A gateway that is already running continues until its next restart.',
    impact: NO_HERMES,
    proof: { fault: 'hermes-venv-python-gone' },
  },
  'hermes-venv-other-python': {
    severity: 'broken',
    reason: wording({ upgraded: true }, ({ upgraded }) =>
      upgraded
        ? 'Packages belong to the Python that they were installed with. After an upgrade of the distribution, python3 is another one, which sees none of them, so the environment must be recreated.'
        : 'Its packages are built for that Python, so the environment must be recreated.',
    ),
    impact: NO_HERMES,
    proof: { fault: 'hermes-venv-of-another-python' },
  },
  'hermes-venv-unfinished': {
    severity: 'broken',
    reason: wording({ cutOff: true }, ({ cutOff }) =>
      cutOff
        ? 'It is empty: its creation was interrupted before pip was installed.'
        : 'Without pip nothing can be installed into it. Python brings its own copy of pip (ensurepip), which adds it and changes nothing else.',
    ),
    impact: NO_HERMES,
  },
  'hermes-packages-half-written': {
    severity: 'broken',
    reason:
      'Such a package looks installed but is not, and pip by itself would skip it. The version that it was replacing is beside it, under a name that begins with "~".',
    impact: NO_HERMES,
    proof: { fault: 'hermes-pip-half-finished' },
  },
  'hermes-installed-from-elsewhere': {
    severity: 'broken',
    reason: 'An update of the checkout would change nothing.',
    impact: NO_HERMES,
  },
  'hermes-install-outdated': {
    severity: 'broken',
    reason:
      'Somebody updated the code (git pull) without `pip install`: what the new release needs may be missing.',
    impact: NO_HERMES,
  },
  'hermes-packages-missing': {
    severity: 'broken',
    reason: 'An installation was interrupted, or somebody removed them.',
    impact: NO_HERMES,
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
      'aiohttp serves the API that Open WebUI uses, anthropic talks to Claude, and yaml reads the configuration. Without them Hermes starts and says "active", but cannot work. Since 0.14 a plain `pip install -e .` leaves out the first two.',
    impact: NO_HERMES,
    proof: { fault: 'hermes-packages-removed' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
