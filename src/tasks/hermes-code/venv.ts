import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { choosePython, satisfies } from '../../system/python/python.ts';
import {
  extrasFor,
  forgetSetAside,
  installAction,
  installModulesAction,
  makeVenvAction,
  reinstallAction,
  relinkVenvActions,
} from './actions.ts';
import type { HermesCodeFacts } from './look.ts';

/** What is lost without Hermes. */
export const NO_HERMES = 'There will be no Hermes, so nobody gets an answer.';

/** The Python, the venv and what is in it. */
export function judgePython(facts: HermesCodeFacts, answers: Answers): readonly Finding[] {
  const { project, venv } = facts;
  const wanted = project?.requiresPython;
  const python = choosePython(facts.interpreters, wanted);
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
          'Its Python packages go into their own environment beside the code: the system’s Python stays as it is (PEP 668), and a system update does not change what Hermes uses.',
        fixes: [
          {
            id: 'create-venv',
            title: 'Create the Python environment and install Hermes',
            actions: [makeVenvAction(answers, path, false), install],
          },
        ],
        ifSkipped: NO_HERMES,
      },
    ];
  }
  const anew = {
    id: 'recreate-venv',
    title: 'Recreate the Python environment and install Hermes',
    actions: [makeVenvAction(answers, path, true), install],
  };
  if (venv.kind === 'dead') {
    // Packages for this very Python are there: only the way to it is cut.
    const whole = python !== undefined && venv.madeFor.includes(minor(python.version));
    const again = {
      id: 'relink-venv',
      title: 'Point the environment to the system’s Python again; its packages stay',
      actions: relinkVenvActions(answers, path, venv.madeFor),
    };
    return [
      broken('hermes-venv-dead', `The environment’s Python does not start: ${venv.said}`, {
        because:
          'Either it is incomplete, or the system’s Python that it points to is gone (after an upgrade of the distribution). A gateway that is already running continues until its next restart.',
        fixes: whole ? [again, anew] : [anew],
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
  const { probe } = venv;
  // It may stumble over a settings file or a log that belongs to somebody else: that is judged where those are.
  const help = isAboutOtherFiles(venv.help, answers) ? 'ok' : venv.help;
  const { project } = facts;
  const works = help === 'ok' && probe.unimportable.length === 0;
  const lossy = {
    ...anew,
    consequence: 'Packages that somebody added to the environment by hand are lost.',
  };
  if (venv.madeFor.length > 0 && !venv.madeFor.includes(minor(probe.python))) {
    return [
      broken(
        'hermes-venv-other-python',
        `The environment was made for Python ${venv.madeFor.join(', ')} and now runs with ${probe.python}.`,
        {
          because:
            'Packages belong to the Python that they were installed with. After an upgrade of the distribution, python3 is another one, which sees none of them, so the environment must be recreated.',
          fixes: [anew],
        },
      ),
    ];
  }
  if (!fits(probe.python, project?.requiresPython)) {
    return [
      broken(
        'hermes-venv-other-python',
        `The environment has Python ${probe.python}; this release needs ${project?.requiresPython}.`,
        {
          because: 'Its packages are built for that Python, so the environment must be recreated.',
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
        because: 'Its creation was interrupted before pip was installed.',
        fixes: [anew],
      }),
    ];
  }
  const again = { id: 'install', title: 'Install Hermes', actions: [install] };
  if (probe.halfWritten.length > 0) {
    return [
      broken(
        'hermes-packages-half-written',
        `pip was interrupted while it wrote ${probe.halfWritten.join(', ')}.`,
        {
          because:
            'Such a package looks installed but is not, and pip by itself would skip it. The version that it was replacing is beside it, under a name that begins with "~".',
          fixes: [
            {
              id: 'reinstall-half-written',
              title: 'Reinstall the damaged packages, then the rest',
              actions: [
                ...forgetSetAside(answers, probe.setAside),
                reinstallAction(answers, probe.halfWritten),
                install,
              ],
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
          'pip installs Hermes last: an interrupted installation looks like this, and continues where it stopped.',
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
            'Somebody updated the code (git pull) without `pip install`: what the new release needs may be missing.',
          fixes: [again],
        },
      ),
    ];
  }
  if (probe.missing.length > 0) {
    return [
      broken(
        'hermes-packages-missing',
        `Hermes needs packages that are not installed: ${probe.missing.join(', ')}.`,
        {
          because: 'An installation was interrupted, or somebody removed them.',
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

/** Whether Hermes does not start for a file of its home that is not its code. */
function isAboutOtherFiles(help: string, answers: Answers): boolean {
  const { home, checkout } = layout(answers).hermes;
  const path = /PermissionError: .*'([^']+)'/.exec(help)?.[1] ?? '';
  return path.startsWith(`${home}/`) && !path.startsWith(`${checkout}/`);
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
  const title = `Install the packages that contain ${names.join(' and ')}`;
  return broken(
    'hermes-modules-missing',
    `Python cannot import ${modules.map(({ module, why }) => `${module} (${why})`).join(', ')}.`,
    {
      because:
        'aiohttp serves the API that Open WebUI uses, anthropic talks to Claude, and yaml reads the configuration. Without them Hermes starts and says "active", but cannot work. Since 0.14 a plain `pip install -e .` leaves out the first two.',
      fixes: [
        inExtras
          ? { id: 'install-missing', title, actions: [install] }
          : absent
            ? { id: 'install-missing', title, actions: [installModulesAction(answers, names)] }
            : {
                id: 'reinstall',
                title: 'Reinstall the damaged packages',
                actions: [reinstallAction(answers, names)],
              },
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
    saw: `Hermes ${facts.project?.version ?? ''} needs Python ${facts.project?.requiresPython}; this machine has ${[...new Set(have)].join(', ')}.`,
    because:
      'The distribution has no suitable Python, and replacing the system’s own would break the system. Choose a suitable branch or tag of Hermes (answer hermesBranch; releases up to 0.20 run on 3.11 to 3.13), or install a suitable python3.NN with its venv package beside the system’s.',
    fixes: [],
    ifSkipped: NO_HERMES,
  };
}

function broken(code: string, saw: string, more: Pick<Finding, 'because' | 'fixes'>): Finding {
  return { code, severity: 'broken', saw, ...more, ifSkipped: NO_HERMES };
}

/** '3.11' of '3.11.2'. */
const minor = (version: string) => version.split('.').slice(0, 2).join('.');

const fits = (version: string, requirement: string | undefined) => satisfies(version, requirement);
