import type { Answers } from '../../answers.ts';
import { type FileOrigin, fileOrigin } from '../../engine/ledger.ts';
import { Secret } from '../../engine/secret.ts';
import type { Host } from '../../host/host.ts';
import { connectionsArgv, countFromElsewhere } from '../../system/connections.ts';
import { dotenvValue, parseDotenv } from '../../system/dotenv.ts';
import { openersArgv, parseFlocks, parseOpeners } from '../../system/file-locks.ts';
import { parseStarts } from '../../system/hermes-starts.ts';
import {
  isHermesGateway,
  type ProcessInfo,
  parseProcesses,
  showProcessesArgv,
} from '../../system/processes.ts';
import { isOpenToOthers, LIST_LISTENERS, type Listener, parseListeners } from '../../system/sockets.ts';
import { unitOfCgroup } from '../../system/systemd.ts';
import { parseService, type ServiceState, showServiceArgv } from '../../system/systemd-show.ts';
import { type Layout, layout } from '../layout.ts';
import { type Change, lookForChanges } from './changes.ts';
import { readComplaints } from './complaints.ts';
import { type Answer, probeApi } from './probe.ts';

/** A process that keeps our service from its lock or its port. */
export interface Rival extends ProcessInfo {
  readonly holds: 'lock' | 'port';
  readonly isGateway: boolean;
  /** The system unit that it belongs to; undefined when it was started in another way. */
  readonly unit: string | undefined;
  /** It belongs to the deploy user's own systemd. */
  readonly ofUserManager: boolean;
}

export interface HermesServiceFacts {
  readonly now: number;
  readonly service: ServiceState;
  readonly unitOrigin: FileOrigin;
  /** Whether the interpreter that the unit starts is there. */
  readonly pythonIsThere: boolean;
  readonly rivals: readonly Rival[];
  /** A second unit for the same gateway. */
  readonly secondUnit: string | undefined;
  /** Something in ~/.hermes (the checkout aside) that does not belong to the deploy user. */
  readonly foreignFile: string | undefined;
  /** Where port 8642 is listened on by our service: every address, loopback only, not at all. */
  readonly listens: 'everywhere' | 'loopback' | 'nowhere';
  readonly answer: Answer;
  /** The name that Hermes shows, as .env has it. */
  readonly modelName: string;
  /** Starts of the last minutes that Hermes itself counted. */
  readonly starts: readonly number[];
  /** What a running gateway was started with, and when that was changed last. */
  readonly changes: readonly Change[];
  /** Established connections from elsewhere (Open WebUI): somebody may be getting an answer. */
  readonly connections: number;
  /** What its logs say since the last start; looked at only when it does not answer. */
  readonly complaints: readonly string[];
}

export async function lookAtHermesService(host: Host, answers: Answers): Promise<HermesServiceFacts> {
  const place = layout(answers);
  const { hermes } = place;
  const [shown, origin, sockets, openers, flocks, envText, starts, changes, foreignFile, secondUnit] =
    await Promise.all([
      host.exec(showServiceArgv(hermes.unitName), { timeoutMs: 10_000 }),
      fileOrigin(host, hermes.unit),
      host.exec(LIST_LISTENERS, { timeoutMs: 10_000 }),
      host.exec(openersArgv(hermes.lock), { timeoutMs: 10_000 }),
      host.readFile('/proc/locks'),
      host.readFile(hermes.envFile),
      host.readFile(hermes.starts),
      lookForChanges(host, place),
      findForeignFile(host, place),
      findSecondUnit(host, place),
    ]);
  const service = parseService(shown.stdout);
  const env = parseDotenv(envText ?? '');
  const key = dotenvValue(env, 'API_SERVER_KEY');
  const listeners = parseListeners(sockets.stdout).filter(({ port }) => port === hermes.port);
  const [answer, rivals, python, connections] = await Promise.all([
    probeApi(host, hermes.port, key === undefined ? undefined : new Secret(key)),
    findRivals(host, place, listeners, lockHolders(openers.stdout, flocks)),
    host.stat(service.command[0] ?? hermes.python),
    host.exec(connectionsArgv(hermes.port), { timeoutMs: 10_000 }),
  ]);
  return {
    now: host.now(),
    service,
    unitOrigin: origin,
    pythonIsThere: python !== undefined,
    rivals,
    secondUnit,
    foreignFile,
    listens: listeners.length === 0 ? 'nowhere' : listeners.some(isOpenToOthers) ? 'everywhere' : 'loopback',
    answer,
    modelName:
      dotenvValue(env, 'API_SERVER_MODEL_NAME') ||
      dotenvValue(env, 'API_SERVER_MODEL_ID') ||
      answers.modelName,
    starts: parseStarts(starts ?? ''),
    changes,
    connections: countFromElsewhere(connections.stdout),
    complaints:
      answer.kind === 'none'
        ? await readComplaints(host, place, service.startedMs ?? host.now() - 300_000)
        : [],
  };
}

/** Who has the lock file open and holds a flock; where the kernel's list cannot be read, who has it open. */
function lockHolders(openers: string, flocks: string | undefined): readonly number[] {
  const open = parseOpeners(openers);
  if (flocks === undefined) return open;
  const locking = parseFlocks(flocks);
  return open.filter((pid) => locking.includes(pid));
}

/** Processes that hold the lock or the port and do not belong to our service. */
async function findRivals(
  host: Host,
  place: Layout,
  listeners: readonly Listener[],
  lockPids: readonly number[],
): Promise<readonly Rival[]> {
  const portPids = listeners.flatMap(({ holders }) => holders.map(({ pid }) => pid));
  const pids = [...new Set([...lockPids, ...portPids])];
  if (pids.length === 0) return [];
  const shown = await host.exec(showProcessesArgv(pids), { timeoutMs: 10_000 });
  const found = await Promise.all(
    parseProcesses(shown.stdout).map(async (process): Promise<Rival> => {
      const cgroup = (await host.readFile(`/proc/${process.pid}/cgroup`).catch(() => undefined)) ?? '';
      return {
        ...process,
        holds: lockPids.includes(process.pid) ? 'lock' : 'port',
        isGateway: isHermesGateway(process.command),
        unit: unitOfCgroup(cgroup),
        ofUserManager: /\/user@\d+\.service\/.*\.service/.test(cgroup),
      };
    }),
  );
  return found.filter(({ unit }) => unit !== place.hermes.unitName);
}

/** As root, who sees everything. The checkout is looked at by the task that makes it. */
async function findForeignFile(host: Host, place: Layout): Promise<string | undefined> {
  const { home, checkout } = place.hermes;
  if ((await host.stat(home)) === undefined) return undefined;
  const found = await host.exec(
    ['find', home, '-path', checkout, '-prune', '-o', '!', '-user', place.user, '-print', '-quit'],
    { timeoutMs: 15_000 },
  );
  return found.stdout.trim() || undefined;
}

/** Hermes's own installer makes a unit of the user's systemd; very old ones had another name (facts: hermes 3). */
async function findSecondUnit(host: Host, place: Layout): Promise<string | undefined> {
  const paths = [
    `${place.home}/.config/systemd/user/default.target.wants/hermes-gateway.service`,
    '/etc/systemd/system/multi-user.target.wants/hermes.service',
  ];
  const found = await Promise.all(paths.map((path) => host.stat(path)));
  return paths.find((_, index) => found[index] !== undefined);
}
