import { type Layout, layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { type FileOrigin, fileOrigin } from '../../engine/records/ledger.ts';
import type { Host } from '../../host/host.ts';
import type { Secret, SecretText } from '../../secret/secret.ts';
import { secretIn, textIn } from '../../system/formats/env-file.ts';
import { parseStarts } from '../../system/hermes/hermes-starts.ts';
import { connectionsArgv, countFromElsewhere } from '../../system/network/connections.ts';
import { isOpenToOthers, LIST_LISTENERS, parseListeners } from '../../system/network/sockets.ts';
import { SHOW_SSH_SOCKET, sshPorts } from '../../system/network/ssh-session.ts';
import { openersArgv } from '../../system/services/file-locks.ts';
import { parseService, type ServiceState, showServiceArgv } from '../../system/services/systemd-show.ts';
import { hideInUnit } from '../../system/services/unit-text.ts';
import { type AptState, lookAtApt, withOffers } from '../apt-state.ts';
import { lookAtHermesEnvironment } from '../hermes-environment.ts';
import { findForeignArgv, firstForeign } from '../still-foreign.ts';
import { type Change, lookForChanges, lookForUnitChanges } from './changes.ts';
import { readComplaints } from './complaints.ts';
import { type DamagedDatabase, lookAtDatabases } from './databases.ts';
import { type LeftBehind, lookLeftBehind } from './left-behind.ts';
import { type Answer, probeApi } from './probe.ts';
import { findRivals, findSecondUnit, lockHolders, type Rival, type SecondUnit } from './rivals.ts';

/** A file that tells systemd how to run Hermes. */
export interface UnitFile {
  readonly path: string;
  readonly text: SecretText;
}

export interface HermesServiceFacts {
  readonly now: number;
  readonly service: ServiceState;
  readonly unitOrigin: FileOrigin;
  /** Whether the interpreter that the unit starts is there. */
  readonly pythonIsThere: boolean;
  /** Whether the folder that the unit starts it in is there. */
  readonly directoryIsThere: boolean;
  /** The unit file and its drop-ins as they stand, the unit first. */
  readonly unitFiles: readonly UnitFile[];
  readonly rivals: readonly Rival[];
  /** A second unit for the same gateway. */
  readonly secondUnit: SecondUnit | undefined;
  /** Something in ~/.hermes (the checkout aside) that does not belong to the deploy user. */
  readonly foreignFile: string | undefined;
  /** Where port 8642 is listened on by our service: every address, loopback only, not at all. */
  readonly listens: 'everywhere' | 'loopback' | 'nowhere';
  readonly answer: Answer;
  /** The name that Hermes shows, as .env has it. */
  readonly modelName: SecretText;
  /** Starts of the last minutes that Hermes itself counted. */
  readonly starts: readonly number[];
  /** What a running gateway was started with, and when that was changed last. */
  readonly changes: readonly Change[];
  /** What the running Hermes has of somebody's work and the checkout no longer does. */
  readonly leftBehind?: LeftBehind | undefined;
  /** Established connections from elsewhere (Open WebUI): somebody may be getting an answer. */
  readonly connections: number;
  /** Whether the gateway that runs has given up gaining rights, as the kernel has it; undefined when none runs. */
  readonly confined: boolean | undefined;
  /** What of Hermes's databases is damaged. */
  readonly databases?: readonly DamagedDatabase[];
  /** The rules that keep it from local ports; without the program that loads them, what apt is doing. */
  readonly portRules: 'loaded' | 'missing' | 'unknown' | { readonly withoutNft: AptState };
  /** Where sshd listens. */
  readonly sshPorts: readonly number[];
  /** Hermes's key, as .env has it. */
  readonly key: Secret | undefined;
  /** What its logs say since the last start; looked at only when it does not answer. */
  readonly complaints: readonly string[];
}

/** As the sandbox's drop-in names it. */
export const NFT = '/usr/sbin/nft';

export async function lookAtHermesService(host: Host, answers: Answers): Promise<HermesServiceFacts> {
  const place = layout(answers);
  const { hermes } = place;
  const [shown, sockets, openers, flocks, environment, starts, changes, foreignFile, secondUnit] =
    await Promise.all([
      host.exec(showServiceArgv(hermes.unitName), { timeoutMs: 10_000 }),
      host.exec(LIST_LISTENERS, { timeoutMs: 10_000 }),
      host.exec(openersArgv(hermes.lock), { timeoutMs: 10_000 }),
      host.readFile('/proc/locks'),
      lookAtHermesEnvironment(host, answers),
      host.readFile(hermes.starts),
      lookForChanges(host, place),
      findForeignFile(host, place),
      findSecondUnit(host, place),
    ]);
  const service = parseService(shown.stdout);
  const env = environment.effective;
  const secret = secretIn(env, 'API_SERVER_KEY');
  const listeners = parseListeners(sockets.stdout).filter(({ port }) => port === hermes.port);
  // A masked unit is a link to /dev/null: there is nothing to read.
  const masked = service.load === 'masked';
  const [
    answer,
    rivals,
    python,
    directory,
    origin,
    unitFiles,
    connections,
    confined,
    portRules,
    sshSocket,
    databases,
  ] = await Promise.all([
    probeApi(host, hermes.port, secret),
    findRivals(host, place, listeners, lockHolders(openers.stdout, flocks)),
    host.stat(service.command[0] ?? hermes.python),
    host.stat(service.directory.replace(/^!/, '') || '/'),
    masked ? ('not-ours' as const) : fileOrigin(host, hermes.unit),
    masked ? [] : readUnitFiles(host, [service.path, ...service.dropIns]),
    host.exec(connectionsArgv(hermes.port), { timeoutMs: 10_000 }),
    isConfined(host, service.pid),
    lookAtPortRules(host, service, hermes.sandbox),
    host.exec(SHOW_SSH_SOCKET),
    lookAtDatabases(host, place),
  ]);
  return {
    now: host.now(),
    service,
    unitOrigin: origin,
    pythonIsThere: python !== undefined,
    directoryIsThere: directory !== undefined,
    unitFiles,
    rivals,
    secondUnit,
    foreignFile,
    listens: listeners.length === 0 ? 'nowhere' : listeners.some(isOpenToOthers) ? 'everywhere' : 'loopback',
    answer,
    modelName:
      textIn(env, 'API_SERVER_MODEL_NAME') ?? textIn(env, 'API_SERVER_MODEL_ID') ?? answers.modelName,
    starts: parseStarts(starts ?? ''),
    changes: [...changes, ...(await lookForUnitChanges(host, service.environmentFiles))],
    leftBehind: await lookLeftBehind(host, place, changes, service.startedMs),
    connections: countFromElsewhere(connections.stdout),
    confined,
    portRules,
    databases,
    // By which sessions came in changes all the time, and a rule for it would, too.
    sshPorts: sshPorts({
      listeners: sockets.stdout,
      connections: '',
      socketUnit: sshSocket.stdout,
      environment: '',
    }),
    key: secret,
    complaints:
      answer.kind === 'none'
        ? await readComplaints(host, place, service.startedMs ?? host.now() - 300_000)
        : [],
  };
}

/** The checkout is looked at by the task that makes it. */
async function findForeignFile(host: Host, { user, hermes }: Layout): Promise<string | undefined> {
  if ((await host.stat(hermes.home)) === undefined) return undefined;
  const argv = findForeignArgv(hermes.home, user, hermes.checkout);
  return firstForeign(host, await host.exec(argv, { user, cwd: '/', timeoutMs: 15_000 }), user);
}

/** From the process itself: systemd tells how the next one would be started. */
async function isConfined(host: Host, pid: number): Promise<boolean | undefined> {
  if (pid === 0) return undefined;
  const flag = /^NoNewPrivs:\s*(\d)/m.exec((await host.readFile(`/proc/${pid}/status`)) ?? '')?.[1];
  return flag === undefined ? undefined : flag === '1';
}

async function lookAtPortRules(
  host: Host,
  { dropIns }: ServiceState,
  sandbox: string,
): Promise<HermesServiceFacts['portRules']> {
  if (!dropIns.includes(sandbox)) return 'unknown';
  if ((await host.stat(NFT)) === undefined)
    return { withoutNft: await withOffers(host, await lookAtApt(host), ['nftables']) };
  const { exitCode, stderr } = await host.exec(['nft', 'list', 'table', 'inet', 'otto_hermes'], {
    timeoutMs: 10_000,
  });
  if (exitCode === 0) return 'loaded';
  return stderr.includes('No such file or directory') ? 'missing' : 'unknown';
}

async function readUnitFiles(host: Host, paths: readonly string[]): Promise<readonly UnitFile[]> {
  const files = await Promise.all(
    paths.filter(Boolean).map(async (path) => ({ path, text: await host.readFile(path) })),
  );
  return files.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text: hideInUnit(text) }]));
}
