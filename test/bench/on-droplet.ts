import { runByHand } from '../droplet/by-hand.ts';
import { VALID_API_KEY } from '../droplet/internet/claude/claude.ts';
import { GITHUB_TOKENS } from '../droplet/internet/github/accounts.ts';
import { DROPLET_DOMAIN } from '../droplet/internet/names.ts';
import { createDroplet, type Droplet } from '../droplet/machine/droplet.ts';
import { parseEvents, type Span, spans } from './timeline.ts';

const ANSWERS = `domain: ${DROPLET_DOMAIN}
email: admin@client.example
adminEmail: admin@client.example
adminPassword: correct-horse-battery-9
claude: api-key
anthropicApiKey: ${VALID_API_KEY}
github: token
githubToken: ${GITHUB_TOKENS.classic}
`;

export interface Install {
  /** From the start of the one file to its end, unpacking included, s. */
  readonly seconds: number;
  /** What it did, and when. */
  readonly timeline: readonly Span[];
  /** Share of the run in which neither a command was at work nor something was waited for, 0 to 1. */
  readonly ownShare: number;
  /** A look at the healthy droplet afterwards (`check --json`), s. */
  readonly lookSeconds: number;
}

/** Runs `work` on a new droplet, as it is at its first login (no Node, no npm), that is gone afterwards. */
async function onDroplet<T>(work: (droplet: Droplet) => Promise<T>): Promise<T> {
  const droplet = await createDroplet({
    name: `bench-${process.pid}`,
    release: 'bookworm',
    kind: 'empty',
    owned: true,
  });
  try {
    return await work(droplet);
  } finally {
    await droplet.destroy();
  }
}

/** Installs unattended from the one file (`packRunFile`). Throws when it does not end healthy. */
export function install(runFile: string): Promise<Install> {
  return onDroplet(async (droplet) => {
    await droplet.copyIn(runFile, '/root/otto-install.run', 0o644);
    await droplet.write('/root/answers.yaml', ANSWERS, 0o600);
    const started = Date.now();
    const run = await droplet.ssh(['sh otto-install.run --yes --answers answers.yaml --json'], {
      timeoutMs: 900_000,
    });
    const seconds = (Date.now() - started) / 1000;
    const events = parseEvents(run.stdout);
    const ended = events.find((event) => event.type === 'run-ended');
    if (run.exitCode !== 0 || ended === undefined)
      throw new Error(`the install ended with ${run.exitCode}: ${run.stderr.slice(-500)}`);
    const ownShare = 1 - ended.commandMs / ended.ms;
    return { seconds, ownShare, timeline: spans(events, started), lookSeconds: await look(droplet) };
  });
}

/** The wizard's own time for a look: from its log's first to its last line would miss the start of the program. */
async function look(droplet: Droplet): Promise<number> {
  const { exitCode, stderr, stdout } = await droplet.ssh(["bash -c 'time otto-install check --json'"], {
    timeoutMs: 60_000,
  });
  const [, minutes, seconds] = /real\s+(\d+)m([\d.]+)s/.exec(stderr) ?? [];
  if (exitCode !== 0 || seconds === undefined)
    throw new Error(`check ended with ${exitCode}: ${stdout.slice(-500)}`);
  return Number(minutes) * 60 + Number(seconds);
}

/** The runbook's commands one after the other, s. */
export function byHand(): Promise<number> {
  return onDroplet(async (droplet) => (await runByHand(droplet)).seconds);
}
