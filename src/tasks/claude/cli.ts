import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, foundAs } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import { cliBinary, installCliArgv, NPM_FAILURES } from '../../system/claude/claude-cli.ts';
import { installPackages } from '../../system/packages/apt.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { ClaudeFacts } from './look.ts';

/** What installs the CLI; undefined when it is there or cannot be had for this machine. */
export function cliInstallation(
  facts: ClaudeFacts,
  answers: Answers,
): { readonly actions: readonly Action[]; readonly consequence?: string } | undefined {
  if (facts.cli !== undefined || facts.platform === undefined) return undefined;
  const { claude, opt } = layout(answers);
  const remove: Action = command(
    ['rm', '-rf', '--', `${claude.cliFolder}/node_modules`],
    'Remove the unfinished Claude CLI',
    {
      timeoutMs: 60_000,
      effects: deletes('the unfinished Claude CLI', foundAs('the Claude CLI')),
    },
  );
  return {
    actions: [
      ...(facts.npm ? [] : [installPackages(['npm'])]),
      // npm would treat the remains of an interrupted installation as complete.
      ...(facts.cliHalfInstalled ? [remove] : []),
      command(['mkdir', '-p', '--', opt], `Create ${opt}`, {
        makes: things('folder', opt),
        timeoutMs: 10_000,
      }),
      command(installCliArgv(claude.cliFolder, facts.platform), 'Install the Claude CLI', {
        makes: things('folder', claude.cliFolder),
        env: { npm_config_update_notifier: 'false' },
        timeoutMs: 15 * 60_000,
        knownFailures: NPM_FAILURES,
      }),
      command(
        ['ln', '-sfn', '--', cliBinary(claude.cliFolder, facts.platform), claude.command],
        `Link it as ${claude.command}`,
        { makes: things('link', claude.command), timeoutMs: 10_000 },
      ),
    ],
    ...(!facts.npm && {
      consequence:
        'npm, which downloads the Claude CLI, is missing; the distribution’s brings a few hundred small packages.',
    }),
  };
}

/** The evidence for a missing CLI. */
export function cliSeen(facts: ClaudeFacts): string {
  return facts.cliHalfInstalled
    ? 'The Claude CLI is there but does not start: its installation was interrupted.'
    : 'The Claude CLI is not installed.';
}

/** The CLI is what signs in, and what a person uses to sign in again later. */
export function judgeCli(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  if (facts.cli !== undefined) return [];
  const installation = cliInstallation(facts, answers);
  return [
    found(FINDINGS['claude-cli-missing'], {
      evidence: cliSeen(facts),
      severity: installation === undefined ? 'blocked' : 'missing',
      values: { canBeHad: installation !== undefined },
      fixes:
        installation === undefined
          ? []
          : [{ id: 'install-cli', title: 'Install the Claude CLI', ...installation }],
    }),
  ];
}
