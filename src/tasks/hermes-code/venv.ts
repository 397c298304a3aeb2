import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { installPackages } from '../../system/packages/apt.ts';
import { choosePython, satisfies, venvPackage } from '../../system/python/python.ts';
import { found } from '../finding.ts';
import {
  addPipAction,
  extrasFor,
  forgetSetAside,
  installAction,
  installModulesAction,
  loadOnceAction,
  makeVenvAction,
  reinstallAction,
  relinkVenvActions,
} from './actions.ts';
import { lossOf } from './added.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { HermesCodeFacts } from './look.ts';

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
      found(FINDINGS['hermes-not-installed'], {
        evidence: 'Hermes has no virtual environment.',
        values: { cutOff: false },
        fixes: [
          {
            id: 'create-venv',
            title: 'Create the Python environment and install Hermes',
            actions: [makeVenvAction(answers, path), install, loadOnceAction(answers)],
          },
        ],
      }),
    ];
  }
  const loss = lossOf(venv.added, layout(answers).hermes.python);
  const recreate = {
    id: 'recreate-venv',
    title: 'Recreate the Python environment and install Hermes',
    actions: [makeVenvAction(answers, path, venv.added), install, loadOnceAction(answers)],
    ...(loss !== undefined && { consequence: loss }),
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
      found(FINDINGS['hermes-venv-dead'], {
        evidence: `The environment’s Python does not start: ${venv.said}`,
        fixes: whole ? [again, recreate] : [recreate],
      }),
    ];
  }
  return judgeVenv(facts, venv, answers, install, recreate);
}

function judgeVenv(
  facts: HermesCodeFacts,
  venv: Extract<HermesCodeFacts['venv'], { kind: 'alive' }>,
  answers: Answers,
  install: Finding['fixes'][number]['actions'][number],
  recreate: Finding['fixes'][number],
): readonly Finding[] {
  const { probe } = venv;
  // It may stumble over a settings file or a log that belongs to somebody else: that is judged where those are.
  const help = isAboutOtherFiles(venv.help, answers) ? 'ok' : venv.help;
  const { project } = facts;
  const works = help === 'ok' && probe.unimportable.length === 0;
  const lossy = {
    ...recreate,
    consequence: recreate.consequence ?? 'Hermes is installed anew, in the versions of today.',
  };
  if (venv.madeFor.length > 0 && !venv.madeFor.includes(minor(probe.python))) {
    return [
      found(FINDINGS['hermes-venv-other-python'], {
        evidence: `The environment was made for Python ${venv.madeFor.join(', ')} but now runs with ${probe.python}.`,
        values: { upgraded: true },
        fixes: [recreate],
      }),
    ];
  }
  if (!fits(probe.python, project?.requiresPython)) {
    return [
      found(FINDINGS['hermes-venv-other-python'], {
        evidence: `The environment has Python ${probe.python}; this release needs ${project?.requiresPython}.`,
        values: { upgraded: false },
        fixes: [works ? lossy : recreate],
      }),
    ];
  }
  // An environment that uv made has no pip; when all works, somebody keeps it up in another way.
  if (!probe.pip && works) return [];
  if (!probe.pip) {
    return [
      found(FINDINGS['hermes-venv-unfinished'], {
        evidence: withoutPip(venv, help),
        values: { cutOff: probe.installed === null && venv.added.length === 0 },
        fixes: [
          {
            id: 'add-pip',
            title: 'Put pip into the environment and install what is missing; nothing in it is removed',
            actions: [addPipAction(answers), install],
          },
          recreate,
        ],
      }),
    ];
  }
  const again = { id: 'install', title: 'Install Hermes', actions: [install] };
  if (probe.halfWritten.length > 0) {
    return [
      found(FINDINGS['hermes-packages-half-written'], {
        evidence: `pip was interrupted while it wrote ${probe.halfWritten.join(', ')}.`,
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
      }),
    ];
  }
  if (probe.installed === null) {
    return [
      found(FINDINGS['hermes-not-installed'], {
        evidence: 'The environment is there, but Hermes is not installed in it.',
        values: { cutOff: true },
        fixes: [again, lossy],
      }),
    ];
  }
  const { checkout } = layout(answers).hermes;
  if (probe.source !== null && probe.source !== checkout && probe.fromHere !== true) {
    return [
      found(FINDINGS['hermes-installed-from-elsewhere'], {
        evidence: `The environment runs Hermes from ${probe.source}, not from ${checkout}.`,
        fixes: [again],
      }),
    ];
  }
  if (project?.version !== undefined && project.version !== probe.installed) {
    return [
      found(FINDINGS['hermes-install-outdated'], {
        evidence: `The code is ${project.version}, but ${probe.installed} was installed last.`,
        fixes: [again],
      }),
    ];
  }
  if (probe.missing.length > 0) {
    return [
      found(FINDINGS['hermes-packages-missing'], {
        evidence: `Hermes needs packages that are not installed: ${probe.missing.join(', ')}.`,
        fixes: [again, lossy],
      }),
    ];
  }
  if (probe.unimportable.length > 0)
    return [unimportable(facts, probe.unimportable, answers, install, lossy)];
  if (help !== 'ok') {
    return [
      found(FINDINGS['hermes-does-not-start'], {
        evidence: `\`python -m hermes_cli.main --help\` ends with: ${help}`,
        fixes: [{ ...lossy, actions: recreate.actions }],
      }),
    ];
  }
  return [];
}

/** An environment without pip, and what shows that something is missing in it. */
function withoutPip(
  { probe, uv }: Extract<HermesCodeFacts['venv'], { kind: 'alive' }>,
  help: string,
): string {
  const lacks = probe.unimportable.map(({ module }) => module);
  const what = lacks.length > 0 ? `${lacks.join(', ')} cannot be imported` : `Hermes does not start: ${help}`;
  return `The environment ${uv === undefined ? 'has no pip' : `was made by uv ${uv}, so it has no pip`}, and ${what}.`;
}

/** Whether Hermes does not start for a file of its home that is not its code. */
function isAboutOtherFiles(help: string, answers: Answers): boolean {
  const { home, checkout } = layout(answers).hermes;
  const path = /PermissionError: .*'([^']+)'/.exec(help)?.[1] ?? '';
  return path.startsWith(`${home}/`) && !path.startsWith(`${checkout}/`);
}

/** aiohttp carries the API server and anthropic speaks to Claude; without them Hermes starts but cannot work. */
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
  return found(FINDINGS['hermes-modules-missing'], {
    evidence: `Python cannot import ${modules.map(({ module, why }) => `${module} (${why})`).join(', ')}.`,
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
  });
}

function pythonDoesNotFit(facts: HermesCodeFacts): Finding {
  const have = facts.interpreters.map(({ version }) => version);
  const { offeredPython } = facts;
  return found(FINDINGS['hermes-wants-another-python'], {
    evidence: `Hermes ${facts.project?.version ?? ''} needs Python ${facts.project?.requiresPython}; this machine has ${[...new Set(have)].join(', ')}.`,
    severity: offeredPython === undefined ? 'blocked' : 'missing',
    values: { offered: offeredPython !== undefined },
    fixes:
      offeredPython === undefined
        ? []
        : [
            {
              id: 'install-python',
              title: `Install Python ${offeredPython} beside the system’s own`,
              actions: [installPackages([venvPackage(offeredPython)])],
            },
          ],
  });
}

/** '3.11' of '3.11.2'. */
const minor = (version: string) => version.split('.').slice(0, 2).join('.');

const fits = (version: string, requirement: string | undefined) => satisfies(version, requirement);
