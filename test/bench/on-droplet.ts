import { runByHand } from '../droplet/by-hand.ts';
import { VALID_API_KEY } from '../droplet/internet/claude/claude.ts';
import { GITHUB_TOKENS } from '../droplet/internet/github/accounts.ts';
import { DROPLET_DOMAIN } from '../droplet/internet/names.ts';
import { createDroplet, type Droplet } from '../droplet/machine/droplet.ts';

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
  /** From the start of `npx` to its end, s. */
  readonly seconds: number;
  /** Share of the run in which neither a command was at work nor something was waited for, 0 to 1. */
  readonly ownShare: number;
  /** A look at the healthy droplet afterwards (`check --json`), without npx, s. */
  readonly lookSeconds: number;
}

/** Runs `work` on a new bare droplet that is gone afterwards. */
async function onDroplet<T>(work: (droplet: Droplet) => Promise<T>): Promise<T> {
  const droplet = await createDroplet({
    name: `bench-${process.pid}`,
    release: 'bookworm',
    kind: 'bare',
    owned: true,
  });
  try {
    return await work(droplet);
  } finally {
    await droplet.destroy();
  }
}

/** Installs unattended, as the scenario `unattended` does, from the packed wizard. Throws when it does not end healthy. */
export function install(tarball: string): Promise<Install> {
  return onDroplet(async (droplet) => {
    await droplet.copyIn(tarball, '/root/otto-install.tgz', 0o644);
    await droplet.write('/root/answers.yaml', ANSWERS, 0o600);
    const started = performance.now();
    const run = await droplet.ssh(['npx -y ./otto-install.tgz --yes --answers answers.yaml --json'], {
      timeoutMs: 900_000,
    });
    const seconds = (performance.now() - started) / 1000;
    const ended = run.stdout.split('\n').find((line) => line.includes('"run-ended"'));
    if (run.exitCode !== 0 || ended === undefined)
      throw new Error(`the install ended with ${run.exitCode}: ${run.stderr.slice(-500)}`);
    const { ms, commandMs } = JSON.parse(ended) as { ms: number; commandMs: number };
    return { seconds, ownShare: 1 - commandMs / ms, lookSeconds: await look(droplet) };
  });
}

/** The wizard's own time for a look: from its log's first to its last line would miss the start of the program. */
async function look(droplet: Droplet): Promise<number> {
  const command =
    'n=$(ls -d /var/lib/otto-install/node/*/node) && b=$(ls -d /root/.npm/_npx/*/node_modules/otto-install/dist/otto-install.mjs | head -n 1) && time $n $b check --json';
  const { exitCode, stderr, stdout } = await droplet.ssh([`bash -c '${command}'`], { timeoutMs: 60_000 });
  const [, minutes, seconds] = /real\s+(\d+)m([\d.]+)s/.exec(stderr) ?? [];
  if (exitCode !== 0 || seconds === undefined)
    throw new Error(`check ended with ${exitCode}: ${stdout.slice(-500)}`);
  return Number(minutes) * 60 + Number(seconds);
}

/** The runbook's commands one after the other, s. */
export function byHand(): Promise<number> {
  return onDroplet(async (droplet) => (await runByHand(droplet)).seconds);
}
