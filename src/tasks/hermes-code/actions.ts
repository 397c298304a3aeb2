import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, foundAs, replaces, type Whose } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import { giveBack } from '../../system/accounts/folder-programs.ts';
import { cloneArgv, GIT_ENV, GIT_FAILURES, updateSubmodules } from '../../system/git/git.ts';
import {
  installPackagesArgv,
  installProjectArgv,
  PIP_FAILURES,
  reinstallArgv,
} from '../../system/python/pip.ts';
import type { PythonProject } from '../../system/python/python.ts';
import { makeVenvArgv, recreateVenvArgv } from '../../system/python/venv.ts';
import { type Added, loses } from './added.ts';

const MINUTE = 60_000;

/** What works in a user's folder runs as that user, in the folder it works on. */
function asUser(
  answers: Answers,
  argv: Command['argv'],
  purpose: string,
  more: Partial<Command> & { timeoutMs: number },
): Command {
  return command(argv, purpose, { user: answers.user, cwd: layout(answers).home, ...more });
}

/**
 * Clones under a temporary name and renames it when it is complete: a clone that is killed leaves its folder behind, and a
 * portal page instead of GitHub makes git report success with nothing in it (facts: gh 8).
 */
export function cloneActions(
  answers: Answers,
  { leftOver, lastGood }: { readonly leftOver: boolean; readonly lastGood?: string | undefined },
): readonly Action[] {
  const { hermes } = layout(answers);
  const remove = asUser(answers, ['rm', '-rf', '--', hermes.cloning], 'Remove the interrupted clone', {
    effects: deletes('the interrupted clone', foundAs('the clone that we began')),
    timeoutMs: MINUTE,
  });
  return [
    asUser(answers, ['mkdir', '-p', '-m', '0700', '--', hermes.home], 'Create Hermes’s folder', {
      makes: things('folder', hermes.home),
      timeoutMs: 10_000,
    }),
    ...(leftOver ? [remove] : []),
    asUser(
      answers,
      // A commit that is not the newest is only in a whole one.
      cloneArgv(answers.hermesRepository, answers.hermesBranch, hermes.cloning, {
        whole: lastGood !== undefined,
      }),
      'Fetch Hermes’s code',
      {
        makes: things('folder', hermes.cloning),
        env: GIT_ENV,
        timeoutMs: 15 * MINUTE,
        knownFailures: GIT_FAILURES,
        progress: 'git',
      },
    ),
    asUser(
      answers,
      ['git', '-C', hermes.cloning, 'cat-file', '-e', 'HEAD:pyproject.toml'],
      'Check that the clone is complete',
      {
        env: GIT_ENV,
        timeoutMs: 10_000,
        knownFailures: GIT_FAILURES,
      },
    ),
    ...(lastGood === undefined ? [] : backTo(answers, lastGood)),
    asUser(answers, ['mv', '-T', '--', hermes.cloning, hermes.checkout], 'Move the clone to its place', {
      effects: [], // -T moves onto nothing but an empty folder.
      makes: things('folder', hermes.checkout),
      removes: things('folder', hermes.cloning),
      timeoutMs: 10_000,
    }),
  ];
}

/** The clone goes to the commit that was there before: a newer release may change the data, and only an update backs out of that. */
function backTo(answers: Answers, commit: string): readonly Action[] {
  const { cloning } = layout(answers).hermes;
  const options = { env: GIT_ENV, effects: [], timeoutMs: 15 * MINUTE, knownFailures: GIT_FAILURES };
  return [
    asUser(
      answers,
      ['git', '-C', cloning, 'reset', '--quiet', '--hard', commit],
      'Go to the code that was last known to be good',
      // 128: the repository has no such commit (another repository, or it was never pushed): then it is the newest.
      { ...options, succeedsWith: [0, 128] },
    ),
    asUser(answers, updateSubmodules(cloning), 'Fetch the parts that come from other repositories', options),
  ];
}

/** Keeps what is in the way under another name; several are numbered. */
export function setAsideAction(answers: Answers, whose: Whose): Action {
  const { checkout } = layout(answers).hermes;
  return asUser(
    answers,
    ['mv', '--backup=numbered', '-T', '--', checkout, `${checkout}.set-aside`],
    'Keep the folder under another name',
    { timeoutMs: 10_000, effects: replaces(checkout, whose) },
  );
}

export function giveBackAction(answers: Answers): Action {
  const { hermes, owner, user } = layout(answers);
  return giveBack(owner, [hermes.checkout], `Give the code to ${user}`);
}

/** `added`: what is in it besides Hermes, when it is recreated. */
export function makeVenvAction(answers: Answers, python: string, added?: Added): Action {
  const recreate = added !== undefined;
  const { checkout, venv } = layout(answers).hermes;
  return asUser(
    answers,
    recreate ? recreateVenvArgv(python, venv) : makeVenvArgv(python, venv),
    recreate ? 'Recreate the virtual environment' : 'Create a virtual environment',
    {
      cwd: checkout,
      makes: things('folder', venv),
      ...(recreate && { effects: loses(added, venv) }),
      timeoutMs: 3 * MINUTE,
      knownFailures: PIP_FAILURES,
    },
  );
}

/** Puts pip into an environment that has none; nothing else in it changes. */
export function addPipAction(answers: Answers): Action {
  const { checkout, python } = layout(answers).hermes;
  return asUser(answers, [python, '-m', 'ensurepip', '--default-pip'], 'Put pip into the environment', {
    cwd: checkout,
    makes: things('module', 'pip'),
    timeoutMs: 3 * MINUTE,
    knownFailures: PIP_FAILURES,
  });
}

/** Recreates only the links to the interpreter: venv leaves one that leads nowhere as it is, so they go first. */
export function relinkVenvActions(
  answers: Answers,
  python: string,
  versions: readonly string[],
): readonly Action[] {
  const { venv } = layout(answers).hermes;
  const links = ['', '3', ...versions].map((version) => `${venv}/bin/python${version}`);
  return [
    asUser(answers, ['rm', '-f', '--', ...links], 'Remove broken links', {
      effects: deletes('broken links to Python', foundAs('Hermes’s environment')),
      timeoutMs: 10_000,
    }),
    makeVenvAction(answers, python),
  ];
}

/**
 * The extras that carry aiohttp and anthropic: asked for from the start when the project does not need them anyway
 * (0.14 and later, facts: hermes 6). Without a project to read, both: an extra that does not exist only makes pip warn.
 */
export function extrasFor(project: PythonProject | undefined): readonly string[] {
  const extras = ['homeassistant', 'anthropic'];
  if (project === undefined) return extras;
  return project.dependencies.includes('anthropic')
    ? []
    : extras.filter((name) => project.extras.includes(name));
}

export function installAction(answers: Answers, extras: readonly string[]): Action {
  const { checkout, python } = layout(answers).hermes;
  return asUser(answers, installProjectArgv(python, extras), 'Install Hermes and what it needs', {
    cwd: checkout,
    makes: things('module', 'hermes'),
    timeoutMs: 25 * MINUTE,
    knownFailures: PIP_FAILURES,
    progress: 'pip',
  });
}

/**
 * pip left it uncompiled: done once here, and not by each look, which writes nothing, nor by Hermes's first start. What cannot be
 * imported is for the look afterwards to say.
 */
export function loadOnceAction(answers: Answers): Action {
  const { checkout, python } = layout(answers).hermes;
  const modules = 'import aiohttp, anthropic, yaml, hermes_cli.main';
  return asUser(answers, [python, '-c', modules], 'Let Python compile what Hermes loads', {
    cwd: checkout,
    timeoutMs: 2 * MINUTE,
    succeedsWith: [0, 1],
  });
}

/** Packages whose module does not import although the project's extras are in: by their own names. */
export function installModulesAction(answers: Answers, modules: readonly string[]): Action {
  const { checkout, python } = layout(answers).hermes;
  const names = modules.map((module) => (module === 'yaml' ? 'pyyaml' : module));
  return asUser(answers, installPackagesArgv(python, names), `Install ${names.join(', ')}`, {
    cwd: checkout,
    makes: things('module', ...names),
    timeoutMs: 10 * MINUTE,
    knownFailures: PIP_FAILURES,
    progress: 'pip',
  });
}

/** Removes what pip had set aside and never came back to. */
export function forgetSetAside(answers: Answers, paths: readonly string[]): readonly Action[] {
  if (paths.length === 0) return [];
  return [
    asUser(answers, ['rm', '-rf', '--', ...paths], 'Remove what pip left behind', {
      timeoutMs: MINUTE,
      effects: deletes('what pip left behind', foundAs('Hermes’s environment')),
    }),
  ];
}

export function reinstallAction(answers: Answers, packages: readonly string[]): Action {
  const { checkout, python } = layout(answers).hermes;
  return asUser(answers, reinstallArgv(python, packages), `Reinstall ${packages.join(', ')}`, {
    cwd: checkout,
    makes: things('module', ...packages),
    timeoutMs: 10 * MINUTE,
    knownFailures: PIP_FAILURES,
    progress: 'pip',
  });
}
