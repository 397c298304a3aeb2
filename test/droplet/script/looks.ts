import { AnswersSchema } from '../../../src/answers/schema.ts';
import type { Argv, ExecOptions, ExecResult, Host } from '../../../src/host/host.ts';
import { startOtto } from '../../../src/otto/start.ts';
import { createRehearsal } from '../../../src/rehearsal/index.ts';
import { reveal } from '../../../src/secret/secret.ts';
import { VALID_API_KEY } from '../internet/claude/claude.ts';
import { GITHUB_TOKENS } from '../internet/github/accounts.ts';
import type { Droplet } from '../machine/droplet.ts';
import { FRESH } from './fresh.ts';

/** A command that a look ran on the droplet in memory, and how it ended there. */
interface Asked {
  readonly argv: Argv;
  readonly options: ExecOptions;
  readonly result: ExecResult;
}

const answers = AnswersSchema.parse({
  ...FRESH,
  unattended: true,
  adminPassword: 'correct-horse-battery-9',
  apiKey: 'a-generated-key-of-the-rehearsal',
  webuiSecretKey: 'generated-for-looks',
  paperclipSecret: 'generated-for-looks',
  claude: 'api-key',
  anthropicApiKey: VALID_API_KEY,
  githubToken: GITHUB_TOKENS.classic,
});

/** What all looks ask of a droplet in memory, fresh or with a healthy Otto; each command once. */
async function rehearsedLooks(state: 'fresh' | 'healthy'): Promise<readonly Asked[]> {
  const { host } = createRehearsal({ speed: Number.POSITIVE_INFINITY });
  if (state === 'healthy') {
    const { outcome } = await startOtto('install', host, answers, '0.0.0').result;
    if (outcome !== 'healthy') throw new Error(`The rehearsed installation ended with ${outcome}`);
  }
  const asked = new Map<string, Asked>();
  await startOtto('plan', listening(host, asked), answers, '0.0.0').result;
  return [...asked.values()];
}

function listening(host: Host, asked: Map<string, Asked>): Host {
  const exec = host.exec.bind(host);
  host.exec = async (argv, options = {}) => {
    const result = await exec(argv, options);
    asked.set(`${options.user} ${argv.join(' ')}`, { argv, options, result });
    return result;
  };
  return host;
}

/** Commands about process numbers, or about processes that come and go, end differently each time. */
function isComparable({ argv, result }: Asked): boolean {
  const ended = result.exitCode === 143;
  return !ended && argv[0] !== 'ps' && !argv.includes('/proc');
}

/** Lines about commands that end otherwise on the real droplet than on the one in memory; empty when it is honest. */
export async function differencesTo(
  droplet: Droplet,
  state: 'fresh' | 'healthy',
): Promise<{ readonly compared: number; readonly differences: readonly string[] }> {
  const looks = (await rehearsedLooks(state)).filter(isComparable);
  const differences: string[] = [];
  for (const { argv, options, result } of looks) {
    const { user = 'root', cwd = '/', env = {}, input } = options;
    const real = await droplet.exec(
      [
        ...(user === 'root' ? [] : ['runuser', '-u', user, '--']),
        ...['env', '-C', cwd, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
        ...argv,
      ],
      input === undefined ? {} : { input: reveal(input) },
    );
    if (real.exitCode !== result.exitCode)
      differences.push(
        `${argv.join(' ')}: ${result.exitCode} in memory, ${real.exitCode} ${real.stderr.trim()}`,
      );
  }
  return { compared: looks.length, differences };
}
