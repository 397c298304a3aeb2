import type { KnownFailure } from '../../engine/contracts/action.ts';
import type { Argv } from '../../host/host.ts';

/**
 * The Claude CLI as npm's platform package: one executable, no install script, no newer Node needed. The wrapper
 * package would store it a second time and wants Node 22 (facts: claude-cli).
 */

/** The environment for our calls of it: no browser is opened, nothing updates itself. */
export const CLAUDE_ENV = { BROWSER: '/bin/true', DISABLE_AUTOUPDATER: '1', LANG: 'C.UTF-8' } as const;

/** npm's package for what `uname -m` says; undefined for a machine that Claude has no CLI for. */
export function platformPackage(machine: string): string | undefined {
  const architecture = { x86_64: 'x64', aarch64: 'arm64' }[machine];
  return architecture === undefined ? undefined : `@anthropic-ai/claude-code-linux-${architecture}`;
}

/** Where the executable is after an installation into `prefix`. */
export const cliBinary = (prefix: string, platform: string) => `${prefix}/node_modules/${platform}/claude`;

/** The current release; no scripts are run, so nothing but files comes of it. `npm`: how npm is started. */
export const installCliArgv = (npm: Argv, prefix: string, platform: string): Argv => [
  ...npm,
  'install',
  '--prefix',
  prefix,
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  `${platform}@latest`,
];

export const loginArgv = (cli: string): Argv => [cli, 'auth', 'login'];

/** What npm prints when it cannot fetch a package. */
export const NPM_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'ENOSPC|no space left',
    reason: 'The disk is full: the Claude CLI needs about 400 MB.',
    next: 'Free some space (df -h) and try again.',
  },
  {
    pattern: 'EBADPLATFORM|notsup',
    reason: 'This package is not available for this kind of machine.',
    next: 'Use an API key instead (answer "api-key" for Claude).',
  },
  {
    pattern: 'invalid json response body|Unexpected token .?<',
    reason: 'What answered for npm’s registry was a web page: a portal or a proxy stands in between.',
    next: 'Open the address that `npm config get registry` prints with curl on this machine and see what answers.',
  },
  {
    pattern: 'E404',
    reason: 'npm’s registry does not have the Claude CLI.',
    next: 'Check which registry npm uses here (npm config get registry).',
  },
  {
    pattern: 'ENOTFOUND|EAI_AGAIN',
    reason: 'The npm registry was not found in DNS.',
    next: 'Check the resolvers (resolvectl status) and npm config get registry.',
  },
  {
    pattern: 'ETIMEDOUT|ECONNREFUSED|ECONNRESET|ERR_SOCKET_TIMEOUT|network',
    reason: 'The connection to the npm registry failed.',
    next: 'Try again; check whether a firewall or proxy stands between this machine and the internet.',
  },
  {
    pattern: 'self.signed certificate|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|certificate',
    reason: 'The certificate of the npm registry is not trusted here.',
    next: 'Check the clock, and whether a proxy decrypts the traffic (npm config set cafile …).',
  },
];
