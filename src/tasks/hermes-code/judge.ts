import type { Answers } from '../../answers.ts';
import type { Finding } from '../../engine/task.ts';
import { githubRepository, withoutCredentials } from '../../system/git.ts';
import { choosePython, satisfies } from '../../system/python.ts';
import { layout } from '../layout.ts';
import {
  cloneActions,
  extrasFor,
  giveBackAction,
  installAction,
  installModulesAction,
  makeVenvAction,
  reinstallAction,
  setAsideAction,
} from './actions.ts';
import type { HermesCodeFacts } from './look.ts';

const NO_HERMES = 'There will be no Hermes, so nothing that answers.';

export function judgeHermesCode(facts: HermesCodeFacts, answers: Answers): readonly Finding[] {
  if (facts.atWork !== undefined) return [atWork(facts.atWork)];
  if (facts.foreignFile !== undefined) return [foreignFile(facts.foreignFile, answers)];
  const { checkout } = facts;
  if (checkout.kind === 'unreadable') return [unreadable(checkout.said)];
  const usable = checkout.kind === 'git' || checkout.kind === 'plain-folder';
  if (!usable) return [noCode(facts, answers), ...judgePython(facts, answers)];
  return [...judgePython(facts, answers), ...judgeCheckout(facts, answers)];
}

function atWork(command: string): Finding {
  return {
    code: 'hermes-install-at-work',
    severity: 'blocked',
    saw: `An earlier run’s command is still at work: ${command.slice(0, 120)}`,
    because: 'Two of them in the same folder would destroy each other’s work. It is waited for.',
    fixes: [],
    watch: { everyMs: 2_000, forMs: 20 * 60_000 },
  };
}

function foreignFile(path: string, answers: Answers): Finding {
  return {
    code: 'hermes-code-of-another-user',
    severity: 'broken',
    saw: `${path} does not belong to ${answers.user}.`,
    because: `Something was run there as another user, probably root. git then refuses ("dubious ownership"), and Hermes, which runs as ${answers.user}, cannot replace such files.`,
    fixes: [{ title: `Give the code to ${answers.user}`, actions: [giveBackAction(answers)] }],
    ifSkipped: NO_HERMES,
  };
}

function unreadable(said: string): Finding {
  return {
    code: 'hermes-checkout-unreadable',
    severity: 'blocked',
    saw: `git cannot read the checkout: ${said.split('\n')[0] ?? ''}`,
    because:
      'There are files beside the repository, which may be somebody’s work, so nothing is thrown away here. `git fsck` in that folder says more.',
    fixes: [],
    ifSkipped: NO_HERMES,
  };
}

/** Nothing usable is there: fetch it, and first set aside what is in the way. */
function noCode(facts: HermesCodeFacts, answers: Answers): Finding {
  const { checkout: path } = layout(answers).hermes;
  const clone = cloneActions(answers, facts.leftOver);
  const setAside = setAsideAction(answers);
  const because =
    'Hermes is the agent behind Open WebUI; it runs from a git checkout, so that it can be updated.';
  switch (facts.checkout.kind) {
    case 'in-the-way':
      return {
        code: 'hermes-folder-in-the-way',
        severity: 'broken',
        saw: `${path} is not Hermes’s code; it holds ${facts.checkout.names.join(', ')}.`,
        because: 'The checkout belongs there.',
        fixes: [
          {
            title: 'Set the folder aside and fetch Hermes’s code',
            actions: [setAside, ...clone],
            consequence: `What is there moves to ${path}.set-aside.`,
          },
        ],
        ifSkipped: NO_HERMES,
      };
    case 'unfinished':
      return {
        code: 'hermes-clone-unfinished',
        severity: 'broken',
        saw: `${path} holds a clone that was cut off: no commit is in it.`,
        because: `git does not go on with such a clone and refuses to start another one there. Nothing of it can be used; it is kept as ${path}.set-aside all the same.`,
        fixes: [{ title: 'Fetch Hermes’s code anew', actions: [setAside, ...clone] }],
        ifSkipped: NO_HERMES,
      };
    default:
      return {
        code: 'hermes-not-cloned',
        severity: 'missing',
        saw: facts.leftOver
          ? 'A clone of Hermes’s code was cut off before it was whole.'
          : 'Hermes’s code is not here.',
        because,
        fixes: [{ title: 'Fetch Hermes’s code', actions: clone }],
        ifSkipped: NO_HERMES,
      };
  }
}

/** The Python, the venv and what is in it. With nothing there yet: what will be done, as far as that is known. */
function judgePython(facts: HermesCodeFacts, answers: Answers): readonly Finding[] {
  const { project, venv } = facts;
  const wanted = project?.requiresPython;
  const python = choosePython(facts.interpreters, wanted);
  // On an empty machine python3 itself comes with the packages.
  const path = python?.path ?? '/usr/bin/python3';
  if (
    python === undefined &&
    facts.interpreters.length > 0 &&
    (venv.kind !== 'alive' || !fits(venv.probe.python, wanted))
  ) {
    return [pythonDoesNotFit(facts)];
  }
  const install = installAction(answers, extrasFor(project));
  if (venv.kind === 'absent') {
    return [
      {
        code: 'hermes-not-installed',
        severity: 'missing',
        saw: 'Hermes has no virtual environment.',
        because:
          'Its Python packages go into an environment of their own beside the code: the system’s Python is left alone (PEP 668), and an update of the system does not change what Hermes uses.',
        fixes: [
          {
            title: 'Make the environment and install Hermes',
            actions: [makeVenvAction(answers, path, false), install],
          },
        ],
        ifSkipped: NO_HERMES,
      },
    ];
  }
  const anew = {
    title: 'Make the environment anew and install Hermes',
    actions: [makeVenvAction(answers, path, true), install],
  };
  if (venv.kind === 'dead') {
    return [
      broken('hermes-venv-dead', `The environment’s Python does not start: ${venv.said}`, {
        because:
          'It was left half-made, or the system’s Python that it points to is gone (after an upgrade of the distribution).',
        fixes: [anew],
      }),
    ];
  }
  return judgeVenv(facts, venv, answers, install, anew);
}

function judgeVenv(
  facts: HermesCodeFacts,
  venv: Extract<HermesCodeFacts['venv'], { kind: 'alive' }>,
  answers: Answers,
  install: Finding['fixes'][number]['actions'][number],
  anew: Finding['fixes'][number],
): readonly Finding[] {
  const { probe, help } = venv;
  const { project } = facts;
  const works = help === 'ok' && probe.unimportable.length === 0;
  const lossy = {
    ...anew,
    consequence: 'Packages that somebody added to the environment by hand are gone then.',
  };
  if (!fits(probe.python, project?.requiresPython)) {
    return [
      broken(
        'hermes-venv-other-python',
        `The environment has Python ${probe.python}; this release wants ${project?.requiresPython}.`,
        {
          because: 'Its packages are made for that one Python, so the environment must be made anew.',
          fixes: [works ? lossy : anew],
        },
      ),
    ];
  }
  // An environment that uv made has no pip; when all works, somebody keeps it up in another way.
  if (!probe.pip && works) return [];
  if (!probe.pip) {
    return [
      broken('hermes-venv-unfinished', 'The environment has no pip, and Hermes does not start from it.', {
        because: 'Making it was cut off before pip was put in.',
        fixes: [anew],
      }),
    ];
  }
  const again = { title: 'Install Hermes', actions: [install] };
  if (probe.halfWritten.length > 0) {
    return [
      broken(
        'hermes-packages-half-written',
        `pip was cut off while it wrote ${probe.halfWritten.join(', ')}.`,
        {
          because: 'Such a package looks installed and is not; pip by itself would pass over it.',
          fixes: [
            {
              title: 'Write them again, then the rest',
              actions: [reinstallAction(answers, probe.halfWritten), install],
            },
            lossy,
          ],
        },
      ),
    ];
  }
  if (probe.installed === null) {
    return [
      {
        code: 'hermes-not-installed',
        severity: 'missing',
        saw: 'The environment is there, but Hermes is not installed in it.',
        because:
          'pip puts Hermes in last: an installation that was cut off before looks like this, and goes on where it stopped.',
        fixes: [again, lossy],
        ifSkipped: NO_HERMES,
      },
    ];
  }
  const { checkout } = layout(answers).hermes;
  if (probe.source !== null && probe.source !== checkout) {
    return [
      broken(
        'hermes-installed-from-elsewhere',
        `The environment runs Hermes from ${probe.source}, not from ${checkout}.`,
        {
          because: 'An update of the checkout would change nothing.',
          fixes: [again],
        },
      ),
    ];
  }
  if (project?.version !== undefined && project.version !== probe.installed) {
    return [
      broken(
        'hermes-install-outdated',
        `The code is ${project.version}, but ${probe.installed} was installed last.`,
        {
          because:
            'The code was changed (git pull) without `pip install`: what the new release needs may be missing.',
          fixes: [again],
        },
      ),
    ];
  }
  if (probe.missing.length > 0) {
    return [
      broken(
        'hermes-packages-missing',
        `Hermes needs packages that are not there: ${probe.missing.join(', ')}.`,
        {
          because: 'An installation was cut off, or somebody removed them.',
          fixes: [again, lossy],
        },
      ),
    ];
  }
  if (probe.unimportable.length > 0)
    return [unimportable(facts, probe.unimportable, answers, install, lossy)];
  if (help !== 'ok') {
    return [
      broken('hermes-does-not-start', `\`python -m hermes_cli.main --help\` ends with: ${help}`, {
        because:
          'Its packages seem complete, so a file of the code or of a package is damaged or was changed.',
        fixes: [{ ...lossy, actions: anew.actions }],
      }),
    ];
  }
  return [];
}

/** aiohttp carries the API server and anthropic speaks to Claude; without them Hermes starts and is of no use. */
function unimportable(
  facts: HermesCodeFacts,
  modules: readonly { module: string; why: string }[],
  answers: Answers,
  install: Finding['fixes'][number]['actions'][number],
  lossy: Finding['fixes'][number],
): Finding {
  const names = modules.map(({ module }) => module);
  const absent = modules.every(({ why }) => why.includes('No module named'));
  const inExtras = absent && extrasFor(facts.project).length > 0;
  const title = `Install what brings ${names.join(' and ')}`;
  return broken(
    'hermes-modules-missing',
    `Python cannot import ${modules.map(({ module, why }) => `${module} (${why})`).join(', ')}.`,
    {
      because:
        'aiohttp carries the API that Open WebUI uses, anthropic speaks to Claude, yaml reads the configuration. Without them Hermes starts, says "active" and is of no use. Since 0.14 a plain `pip install -e .` leaves the first two out.',
      fixes: [
        inExtras
          ? { title, actions: [install] }
          : absent
            ? { title, actions: [installModulesAction(answers, names)] }
            : { title: 'Write them again', actions: [reinstallAction(answers, names)] },
        lossy,
      ],
    },
  );
}

function pythonDoesNotFit(facts: HermesCodeFacts): Finding {
  const have = facts.interpreters.map(({ version }) => version);
  return {
    code: 'hermes-wants-another-python',
    severity: 'blocked',
    saw: `Hermes ${facts.project?.version ?? ''} wants Python ${facts.project?.requiresPython}; here is ${[...new Set(have)].join(', ')}.`,
    because:
      'The distribution has no fitting Python, and replacing the system’s own would break the system. Choose a branch or tag of Hermes that fits (answer hermesBranch; releases up to 0.20 run on 3.11 to 3.13), or install a fitting python3.NN with its venv package beside the system’s.',
    fixes: [],
    ifSkipped: NO_HERMES,
  };
}

/** What is noted and left alone: a checkout is never cleaned, reset or switched here. */
function judgeCheckout(facts: HermesCodeFacts, answers: Answers): readonly Finding[] {
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
        'It works, but it cannot be updated with git pull.',
      ),
    ];
  }
  const { status, remote } = checkout;
  const repository = githubRepository(remote);
  const notes: Finding[] = [];
  if (status.conflicts.length > 0) {
    notes.push(
      note(
        'hermes-code-in-conflict',
        `Files with merge conflicts: ${some(status.conflicts)}.`,
        'Such files hold both versions and Python cannot read them. Whoever began that merge has to end it.',
      ),
    );
  }
  if (status.changed.length > 0) {
    notes.push(
      note(
        'hermes-code-changed-by-hand',
        `Files that differ from the commit: ${some(status.changed)}.`,
        'They are left as they are. An update will stop at them until they are committed or taken back.',
      ),
    );
  }
  if (status.ahead > 0) {
    notes.push(
      note(
        'hermes-code-diverged',
        `The checkout has ${status.ahead} commit${status.ahead === 1 ? '' : 's'} that ${status.upstream ?? 'GitHub'} does not have.`,
        'They are left as they are. A plain git pull will refuse until they are pushed or rebased.',
      ),
    );
  }
  if (repository?.toLowerCase() !== answers.hermesRepository.toLowerCase()) {
    notes.push(
      note(
        'hermes-code-from-elsewhere',
        `The checkout comes from ${withoutCredentials(remote) || 'nowhere (no remote)'}, not from ${answers.hermesRepository}.`,
        'It is used as it is; updates will come from there.',
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
        `The checkout is on ${status.branch}, the answers say ${answers.hermesBranch}.`,
        'It is not switched here: that is an update, and one that interrupts Hermes.',
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
        'They stand in .git/config and show up in messages. gh holds the sign-in for git now; revoke that token at GitHub.',
      fixes: [
        {
          title: 'Take them out of the address',
          actions: [
            {
              kind: 'run',
              argv: ['git', '-C', hermes.checkout, 'remote', 'set-url', 'origin', clean],
              purpose: 'Take the credentials out of the address',
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

function broken(code: string, saw: string, more: Pick<Finding, 'because' | 'fixes'>): Finding {
  return { code, severity: 'broken', saw, ...more, ifSkipped: NO_HERMES };
}

const fits = (version: string, requirement: string | undefined) => satisfies(version, requirement);
const some = (names: readonly string[]) =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
