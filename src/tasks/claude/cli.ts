import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, foundAs } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import type { Argv } from '../../host/host.ts';
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
  const npm = npmFor(facts);
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
      ...npm.before,
      // npm would treat the remains of an interrupted installation as complete.
      ...(facts.cliHalfInstalled ? [remove] : []),
      command(['mkdir', '-p', '--', opt], `Create ${opt}`, {
        makes: things('folder', opt),
        timeoutMs: 10_000,
      }),
      command(installCliArgv(npm.argv, claude.cliFolder, facts.platform), 'Install the Claude CLI', {
        makes: things('folder', claude.cliFolder),
        env: { npm_config_update_notifier: 'false', ...npm.env },
        timeoutMs: 15 * 60_000,
        knownFailures: NPM_FAILURES,
      }),
      ...npm.after,
      command(
        ['ln', '-sfn', '--', cliBinary(claude.cliFolder, facts.platform), claude.command],
        `Link it as ${claude.command}`,
        { makes: things('link', claude.command), timeoutMs: 10_000 },
      ),
    ],
    consequence: npm.consequence,
  };
}

/** How npm is had that downloads the CLI. */
interface Npm {
  readonly argv: Argv;
  readonly env?: Readonly<Record<string, string>>;
  readonly before: readonly Action[];
  readonly after: readonly Action[];
  readonly consequence?: string;
}

/** The machine's own; else the one that came with us, for as long as it takes; else the distribution's, which is asked about. */
function npmFor({ npm, ownNpm }: ClaudeFacts): Npm {
  if (npm) return { argv: ['npm'], before: [], after: [] };
  if (ownNpm === undefined)
    return {
      argv: ['npm'],
      before: [installPackages(['npm'])],
      after: [],
      consequence:
        'npm, which downloads the Claude CLI, is missing; the distribution’s brings a few hundred small packages.',
    };
  const remove = (purpose: string) =>
    command(['rm', '-rf', '--', UNPACKED_NPM], purpose, {
      removes: things('folder', UNPACKED_NPM),
      // Nobody else writes there.
      effects: deletes(UNPACKED_NPM, foundAs('the npm that otto-install unpacks')),
    });
  return {
    // What this machine trusts and how it reaches npm's registry is set up for the distribution's npm, if at all.
    argv: [ownNpm.node, '--use-system-ca', `${UNPACKED_NPM}/bin/npm-cli.js`],
    env: { npm_config_globalconfig: '/etc/npmrc' },
    before: [
      remove('Remove what is left of an npm that was unpacked here'),
      command(['install', '-d', '-m', '0700', UNPACKED_NPM], 'Create a folder for npm', {
        makes: things('folder', UNPACKED_NPM),
        timeoutMs: 10_000,
      }),
      command(
        ['tar', '-xzf', ownNpm.tarball, '-C', UNPACKED_NPM, '--strip-components=1', '--no-same-owner'],
        'Unpack the npm that otto-install carries',
        { timeoutMs: 60_000 },
      ),
    ],
    after: [remove('Remove npm again')],
  };
}

const UNPACKED_NPM = `${STATE_DIR}/npm`;

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
