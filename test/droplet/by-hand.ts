import { fileURLToPath } from 'node:url';
import { VALID_API_KEY } from './internet/claude/claude.ts';
import { GITHUB_TOKENS } from './internet/github/accounts.ts';
import { DROPLET_DOMAIN } from './internet/names.ts';
import type { Droplet } from './machine/droplet.ts';

const script = fileURLToPath(new URL('by-hand.sh', import.meta.url));

/** The settings file of by-hand.sh for a test droplet: shell assignments, all of the small internet. */
export function byHandSettings(): string {
  const settings = {
    DOMAIN: DROPLET_DOMAIN,
    MAIL: 'admin@client.example',
    GITHUB_TOKEN: GITHUB_TOKENS.classic,
    ANTHROPIC_KEY: VALID_API_KEY,
    ADMIN_MAIL: 'admin@client.example',
    ADMIN_PASSWORD: 'correct-horse-battery-9',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}

/** How the runbook by hand went. */
export interface ByHand {
  readonly seconds: number;
  /** What the script printed: a line per step, with the seconds at which it began; the last one has the answer. */
  readonly lines: readonly string[];
}

/** Performs the runbook by hand on a droplet, over ssh. Throws with the end of its output when a command fails. */
export async function runByHand(droplet: Droplet): Promise<ByHand> {
  await droplet.copyIn(script, '/root/by-hand.sh', 0o755);
  await droplet.write('/root/by-hand.env', byHandSettings(), 0o600);
  const startedAt = Date.now();
  const { exitCode, stdout, stderr } = await droplet.ssh(['SETTINGS=/root/by-hand.env', '/root/by-hand.sh'], {
    timeoutMs: 20 * 60_000,
  });
  const seconds = (Date.now() - startedAt) / 1000;
  const lines = stdout.split('\n').filter((line) => /^ *\d+\.\d s {2}/.test(line));
  if (exitCode === 0) return { seconds, lines };
  const tail = stderr.trim().split('\n').slice(-12);
  throw new Error(`by-hand.sh ended with ${exitCode}:\n${[...lines, ...tail].join('\n')}`);
}
