import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { settingIn } from '../../system/formats/env-file.ts';
import { parseService, showServiceArgv } from '../../system/services/systemd-show.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** A Hermes that the unit runs as another user than this Otto's, with what it has learned. */
export interface RunningElsewhere {
  readonly user: string;
  /** '/root/.hermes': memory, sessions, skills, keys. */
  readonly home: string;
  /** '/usr/local/lib/hermes-agent' */
  readonly code: string;
  /** Its unit's file: '/etc/systemd/system/hermes-gateway.service'. */
  readonly unit: string;
  /** Whether the service is up. */
  readonly active: boolean;
}

/** Looked for only where this Otto has no code: an answering Hermes is never absent. */
export async function lookElsewhere(host: Host, answers: Answers): Promise<RunningElsewhere | undefined> {
  const { hermes } = layout(answers);
  const { stdout } = await host.exec(showServiceArgv(hermes.unitName), { timeoutMs: 10_000 });
  const service = parseService(stdout);
  const user = service.user || 'root';
  const program = service.command[0] ?? '';
  if (service.load !== 'loaded' || user === answers.user || !program.startsWith('/')) return undefined;
  const homeOfUser = settingIn(service.environment, 'HOME') || (user === 'root' ? '/root' : `/home/${user}`);
  const home = settingIn(service.environment, 'HERMES_HOME') || `${homeOfUser}/.hermes`;
  const [python, folder] = await Promise.all([host.stat(program), host.stat(home)]);
  if (python === undefined || folder === undefined) return undefined;
  const venv = program.replace(/\/bin\/[^/]+$/, '');
  return {
    user,
    home,
    code: venv.slice(0, venv.lastIndexOf('/')) || venv,
    unit: service.path,
    active: service.active === 'active',
  };
}

/** For an operation, which knows only this Otto's own Hermes: where the one that answers is, in a sentence. */
export const ofAnotherUser = ({ user, home, code }: RunningElsewhere): string =>
  `Hermes runs as ${user}, from ${code}, with its memory, sessions, skills and keys in ${home}.`;

/** Pure. What there is, what it means, and what to do by hand: a new Hermes beside it would have forgotten everything. */
export function runsElsewhere(
  { user, home, code, unit, active }: RunningElsewhere,
  answers: Answers,
): Finding {
  const place = layout(answers).hermes;
  const state = active ? 'runs Hermes' : 'is set up to run Hermes';
  return found(FINDINGS['hermes-runs-as-another-user'], {
    evidence: `${place.unitName} ${state} as ${user}, from ${code}; its memory, sessions, skills and keys are in ${home}. ${answers.user} has no Hermes.`,
    values: { root: user === 'root', from: home, to: place.home, user: answers.user, unit },
  });
}
