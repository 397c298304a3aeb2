import { layout } from '../answers/layout.ts';
import type { Host } from '../host/host.ts';
import { settingIn } from '../system/formats/env-file.ts';
import { parseService, type ServiceState, showServiceArgv } from '../system/services/systemd-show.ts';

/** The folders of the Hermes that the unit runs. */
export interface FoundHermes {
  readonly home: string;
  readonly checkout: string;
  readonly venv: string;
}

/** What there is of the Hermes that the unit names. */
interface Evidence {
  readonly service: ServiceState;
  /** The usual folders of the user as whom it runs. */
  readonly homeOfUser: string;
  /** Whether the interpreter of the unit is there. */
  readonly python: boolean;
  /** Whether the folder that it has as its home holds what only a Hermes that ran leaves. */
  readonly hasState: boolean;
  /** Whether something answers /health as Hermes does. */
  readonly answers: boolean;
  /** Whether there is code at the usual place. */
  readonly usualCode: boolean;
}

/**
 * Pure. The folders, where they are others than the runbook's and in use: a unit that only has a wrong path in it starts nothing and is
 * a fault, and not another place. As root it is no Otto's (the task of the code says what to do).
 */
export function judgeFoundHermes(user: string, evidence: Evidence): FoundHermes | undefined {
  const { service, homeOfUser, python, hasState, answers, usualCode } = evidence;
  if (service.load !== 'loaded' || service.user !== user || !/ gateway run\b/.test(service.command.join(' ')))
    return undefined;
  const usual = layout({ user }).hermes;
  const named = foldersOf(service, homeOfUser);
  if (named === undefined) return undefined;
  const elsewhere = named.home !== usual.home || named.venv !== usual.venv;
  const inUse = python && hasState && (answers || !usualCode);
  return elsewhere && inUse ? named : undefined;
}

/** As the unit names them. */
export function foldersOf(service: ServiceState, homeOfUser: string): FoundHermes | undefined {
  const venv = /^(\/.+)\/bin\/[^/]+$/.exec(service.command[0] ?? '')?.[1];
  if (venv === undefined) return undefined;
  const home = settingIn(service.environment, 'HERMES_HOME') || `${homeOfUser}/.hermes`;
  const directory = service.directory.replace(/^[!-]/, '');
  // Hermes can be started from anywhere; its code is where its environment is, unless the unit says so.
  const above = venv.slice(0, venv.lastIndexOf('/'));
  return {
    home,
    venv,
    checkout: directory.startsWith('/') && directory !== '/' && directory !== home ? directory : above,
  };
}

export async function lookForHermes(host: Host, user: string): Promise<FoundHermes | undefined> {
  const { hermes, home: homeOfUser } = layout({ user });
  const shown = await host.exec(showServiceArgv(hermes.unitName), { timeoutMs: 10_000 });
  const service = parseService(shown.stdout);
  const named = foldersOf(service, homeOfUser);
  if (named === undefined || (named.home === hermes.home && named.venv === hermes.venv)) return undefined;
  const there = async (path: string) => (await host.stat(path).catch(() => undefined)) !== undefined;
  const [python, health, usualCode, ...state] = await Promise.all([
    there(service.command[0] ?? ''),
    host.fetch(`http://127.0.0.1:${hermes.port}/health`, { timeoutMs: 3_000 }),
    there(hermes.checkout),
    ...['state.db', '.env', 'config.yaml'].map((name) => there(`${named.home}/${name}`)),
  ]);
  return judgeFoundHermes(user, {
    service,
    homeOfUser,
    python,
    hasState: state.includes(true),
    answers: health.ok && service.active === 'active' && /"status"\s*:\s*"ok"/.test(health.body),
    usualCode,
  });
}
