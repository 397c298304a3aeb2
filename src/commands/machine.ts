import { existsSync } from 'node:fs';
import type { AnswersInput } from '../answers/schema.ts';
import type { Host } from '../host/host.ts';
import { CannotRun } from '../run/exit-code.ts';
import type { Call, Shell } from './command.ts';

/** Stand-ins with which a rehearsal begins; nobody ever gets mail at example.com. */
export const REHEARSAL_EXAMPLES: AnswersInput = {
  domain: 'otto.client.example',
  email: 'ops@client.example',
};

/** Without a terminal nobody can sign in anywhere, so these stand for tokens. They open nothing. */
export const REHEARSAL_TOKENS: AnswersInput = {
  github: 'token',
  githubToken: 'a-token-of-a-rehearsal',
  claude: 'api-key',
  anthropicApiKey: 'sk-ant-only-for-a-rehearsal',
};

/** How many times faster than the real thing a rehearsal passes: so fast that it stays a picture of it. Tests hurry more. */
const REHEARSAL_SPEED = Number(process.env.OTTO_REHEARSAL_SPEED) || 8;

/**
 * This machine, when it can hold an Otto and we may change it; otherwise a rehearsal. With --yes, and for every command but
 * `install`, that would be a lie: a script would believe that something was done or seen. Throws {@link CannotRun}.
 */
export async function chooseHost(
  { command, rehearse, rehearseAs, yes }: Call,
  { warn }: Shell,
  attended: boolean,
): Promise<Host> {
  const why = whyNotHere();
  if (!rehearse && why === undefined) return thisMachine();
  if (!rehearse && (yes || command.name !== 'install'))
    throw new CannotRun(
      `${why} Nothing was done. To try it without changing anything: otto-install --rehearse`,
    );
  if (!rehearse && !attended) warn(`${why} So this is a rehearsal.`);
  const { rehearse: begin } = await import('./rehearse.ts');
  const known = { ...REHEARSAL_EXAMPLES, ...REHEARSAL_TOKENS };
  return (await begin(rehearseAs ?? process.env.OTTO_REHEARSE, known, REHEARSAL_SPEED)).host;
}

/** The machine itself. What starts processes is read only where it is needed: a rehearsal is to have none of it. */
export async function thisMachine(): Promise<Host> {
  const { LocalHost } = await import('../host/local.ts');
  return new LocalHost();
}

/** Whether somebody sits there who can be asked. */
export function isAtTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

function whyNotHere(): string | undefined {
  if (process.platform !== 'linux') return 'Otto needs a Linux server; this is not one.';
  if (process.getuid?.() !== 0) return 'Otto can only be installed as root; this is another user.';
  if (!existsSync('/run/systemd/system')) return 'Otto needs systemd, and this machine does not run it.';
  return undefined;
}
