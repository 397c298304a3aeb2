import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, foundAs, replaces } from '../../engine/contracts/effect.ts';
import type { OperationPlan } from '../../engine/contracts/operation.ts';
import { things } from '../../engine/contracts/thing.ts';
import { GIT_ENV, GIT_FAILURES, updateSubmodules } from '../../system/git/git.ts';
import { pythonString } from '../../system/python/python-literal.ts';
import { template } from '../../system/templates.ts';
import { extrasFor, installAction } from '../../tasks/hermes-code/actions.ts';
import { noteCommit } from '../../tasks/hermes-code/last-good.ts';
import { restartActions } from '../../tasks/hermes-service/actions.ts';
import type { UpdateFacts } from './facts.ts';

const MINUTE = 60_000;
const OWN_COPY = deletes('the copy of the old environment', foundAs('this operation'));
/** Nothing in it was changed by hand, or the update is refused. */
const CODE = replaces('Hermes’s code', foundAs('Hermes'));

/**
 * Pure. A copy of the environment, the new code, its packages, one restart. Hermes serves from memory until the restart.
 * The way back: old environment, old code, then one restart, however far it got.
 */
export function planUpdate(facts: UpdateFacts, answers: Answers): OperationPlan {
  const { code, target, service } = facts;
  const from = code.checkout.kind === 'git' ? code.checkout.status : undefined;
  if (target.commit === undefined || from?.commit === undefined || target.commit === from.commit)
    return { steps: [] };
  const { hermes, user } = layout(answers);
  const kept = `${hermes.venv}.before-update`;
  const asUser = (argv: Command['argv'], purpose: string, more: Partial<Command> = {}): Action =>
    command(argv, purpose, { user, cwd: hermes.home, timeoutMs: 5 * MINUTE, ...more });
  const git = (words: readonly string[], purpose: string) =>
    asUser(['git', '-C', hermes.checkout, ...words], purpose, {
      env: GIT_ENV,
      knownFailures: GIT_FAILURES,
      effects: CODE,
    });
  const submodules = (purpose: string) =>
    asUser(updateSubmodules(hermes.checkout), purpose, {
      env: GIT_ENV,
      knownFailures: GIT_FAILURES,
      timeoutMs: 15 * MINUTE,
      effects: CODE,
    });
  const restart = restartActions(service, answers);
  const forget = asUser(
    ['rm', '-rf', '--', kept, `${kept}.growing`, `${hermes.venv}.coming`],
    'Remove the copy of the old environment',
    { effects: OWN_COPY },
  );
  return {
    steps: [
      { do: asUser(['rm', '-rf', '--', kept], 'Remove what an earlier update kept', { effects: OWN_COPY }) },
      {
        do: asUser(
          ['cp', '-a', '--reflink=auto', '--', hermes.venv, `${kept}.growing`],
          'Keep a copy of the environment',
          {
            makes: things('folder', `${kept}.growing`),
            timeoutMs: 10 * MINUTE,
          },
        ),
        undo: asUser(['rm', '-rf', '--', `${kept}.growing`], 'Remove the copy', { effects: OWN_COPY }),
      },
      // After a power cut, a copy that was only in memory would consist of empty files, and would be restored like that.
      { do: asUser(['sync', '-f', '--', `${kept}.growing`], 'Make sure that the copy is on disk') },
      {
        do: asUser(['mv', '-T', '--', `${kept}.growing`, kept], 'Name the copy, now that it is complete', {
          effects: [], // The copy is ours, and what had the name was removed.
        }),
        // Undone after the code, so that one restart brings all of the old one back.
        undo: [
          asUser(['sh', '-s', '--', kept, hermes.venv], 'Put the old environment back', {
            input: String(template('venv-back.sh', {})),
            effects: replaces('Hermes’s environment', foundAs('Hermes')),
            timeoutMs: 10 * MINUTE,
          }),
          ...restart,
        ],
      },
      {
        do: git(
          from.branch === undefined || !target.ref.startsWith('origin/')
            ? ['checkout', '--quiet', '--detach', target.commit]
            : ['merge', '--quiet', '--ff-only', target.commit],
          'Switch to the new code',
        ),
        undo: [
          // A power cut leaves it behind, and then every git command refuses.
          asUser(
            ['rm', '-f', '--', `${hermes.checkout}/.git/index.lock`],
            'Remove the lock of a git that was cut off',
            { effects: deletes('the lock of a git that was cut off', foundAs('this operation')) },
          ),
          // pip writes the new release's name and version there and git ignores it, so the old code would report them (seen).
          asUser(
            [
              'find',
              hermes.checkout,
              '-maxdepth',
              '1',
              '-name',
              '*.egg-info',
              '-exec',
              'rm',
              '-rf',
              '--',
              '{}',
              '+',
            ],
            'Remove what pip noted about the new code',
          ),
          git(
            from.branch === undefined
              ? ['checkout', '--quiet', '--force', '--detach', from.commit]
              : ['checkout', '--quiet', '--force', '-B', from.branch, from.commit],
            'Switch back to the old code',
          ),
          submodules('Put back the parts of the old code that come from other repositories'),
        ],
      },
      // Left behind, they would look like changes of somebody’s, and stop the next update.
      { do: submodules('Fetch the parts of the new code that come from other repositories') },
      { do: installAction(answers, extrasFor(target.project)) },
      {
        do: asUser(
          [hermes.python, '-B', '-m', 'hermes_cli.main', '--help'],
          'Make sure that the new Hermes starts',
          {
            cwd: hermes.checkout,
            timeoutMs: MINUTE,
          },
        ),
      },
      {
        do: asUser([hermes.python, '-B', '-'], 'Check the configuration with the new Hermes', {
          cwd: hermes.checkout,
          input: template('hermes-config-check.py', { config: pythonString(hermes.config) }),
          timeoutMs: 3 * MINUTE,
        }),
      },
      ...restart.map((action) => ({ do: action })),
    ],
    // Fetched again one day, it must not be another release.
    cleanupAfterSuccess: [forget, noteCommit(target.commit)],
    cleanupAfterUndo: [forget],
  };
}
