import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { LIST_SSHD, type SshLogin, sshCommand, sshLogins } from '../../system/network/ssh-logins.ts';
import { parseProperties } from '../../system/os.ts';
import { showProperties } from '../../system/services/systemd.ts';
import { REVERT_SECONDS, REVERT_UNIT } from './actions.ts';

/** The firewall is on for a while, and then turns itself off. */
export interface Trial {
  /** When it turns itself off, ms since 1970. */
  readonly endsAt: number;
  /** What to type on another machine to try a new login. */
  readonly command: string;
  /** Somebody logged in from another machine while it was on: nobody is locked out. */
  readonly newLogin?: { readonly user: string; readonly from: string };
}

/** `ufw enable` runs after its timer was set. A connection from before it has ended says nothing about the firewall. */
const TURNING_ON_SECONDS = 5;

/** What is in question while the timer runs. */
export async function lookAtTrial(
  host: Host,
  answers: Answers,
  seen: { readonly connections: string; readonly environment: string; readonly port: number },
): Promise<Trial> {
  const [timer, processes, uptime] = await Promise.all([
    host.exec(
      showProperties(['ActiveEnterTimestamp', 'ActiveEnterTimestampMonotonic'], `${REVERT_UNIT}.timer`),
    ),
    host.exec(LIST_SSHD),
    host.readFile('/proc/uptime'),
  ]);
  const properties = parseProperties(timer.stdout);
  const since = /^@(\d+)/.exec(properties.get('ActiveEnterTimestamp') ?? '')?.[1];
  const logins = sshLogins(processes.stdout, seen.connections);
  const newLogin = loginDuring(logins, secondsOn(properties.get('ActiveEnterTimestampMonotonic'), uptime));
  return {
    endsAt: (since === undefined ? host.now() : Number(since) * 1000) + REVERT_SECONDS * 1000,
    command: sshCommand(own(logins, seen.environment), { name: answers.domain, port: seen.port }),
    ...(newLogin === undefined ? {} : { newLogin: { user: newLogin.user, from: newLogin.from } }),
  };
}

/**
 * For how long the timer has run. By the clock that nobody sets: a step of the time of day would make an old login look
 * new. undefined where the machine does not say.
 */
function secondsOn(sinceUsec: string | undefined, uptime: string | undefined): number | undefined {
  const since = Number(sinceUsec || Number.NaN) / 1e6;
  const now = Number.parseFloat(uptime ?? '');
  return Number.isFinite(since) && Number.isFinite(now) ? now - since : undefined;
}

/** A login whose connection is younger than the firewall. ps cuts an age down to whole seconds. */
export function loginDuring(
  logins: readonly SshLogin[],
  secondsOn: number | undefined,
): SshLogin | undefined {
  if (secondsOn === undefined) return undefined;
  return logins.find(({ age }) => age + 1 <= secondsOn - TURNING_ON_SECONDS);
}

/** The login of whoever started this, else the oldest one: it was there before the firewall. */
function own(logins: readonly SshLogin[], environment: string): SshLogin | undefined {
  const [, from, port] = /(?:^|\0)SSH_CONNECTION=(\S+) (\d+) /.exec(environment) ?? [];
  return (
    logins.find((login) => login.from === from && login.fromPort === Number(port)) ??
    [...logins].sort((a, b) => b.age - a.age)[0]
  );
}
