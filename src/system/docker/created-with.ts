import { list, object, parseJson, text } from '../formats/json.ts';
import { isOfAnImage, MAY_BE_SECRET, mayBeSecret } from './unspoken.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a container was created with besides image, name, ports, folders and environment: it has to come along to a new one. */
export interface CreatedWith {
  /** Words of `docker run`: limits, rights, devices, DNS, log, … */
  readonly words: readonly string[];
  /** What does not come along, and why not: 'the label … (…)', 'the log driver … (…)', 'the variable … (…)'. */
  readonly unspoken: readonly string[];
  /** As whom and what it runs and how its health is asked: its own or the image's, which {@link overridesOf} tells apart. */
  readonly process: ContainerProcess;
  /** Under which names, and at which address of its own choice, it is in the network that it was created in. */
  readonly inNetwork: readonly string[];
  /** The networks that it was connected to afterwards, with the words of `docker network connect`. */
  readonly otherNetworks: readonly { readonly name: string; readonly words: readonly string[] }[];
}

/** What an image says of the process in it, and a container may say otherwise. */
export interface ContainerProcess {
  readonly user: string;
  readonly workingDir: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** As Docker describes it, in JSON; '' without one. */
  readonly healthcheck: string;
}

/** Words before the image, and behind it. */
export interface Overrides {
  readonly words: readonly string[];
  readonly behindImage: readonly string[];
}

/** Reads `Config` of a container or of an image. */
export function processOf(config: Fields): ContainerProcess {
  const health = object(config.Healthcheck);
  return {
    user: text(config.User),
    workingDir: text(config.WorkingDir),
    entrypoint: strings(config.Entrypoint),
    cmd: strings(config.Cmd),
    healthcheck: Object.keys(health).length === 0 ? '' : JSON.stringify(health),
  };
}

/** What a container was told otherwise than its image: that is somebody's own, the rest comes with the image of the new one. */
export function overridesOf(own: ContainerProcess, image: ContainerProcess): Overrides {
  const [program = '', ...rest] = own.entrypoint;
  const otherEntry = own.entrypoint.join('\0') !== image.entrypoint.join('\0');
  const otherCmd = own.cmd.join('\0') !== image.cmd.join('\0');
  return {
    words: [
      ...(own.user === image.user ? [] : word('--user', own.user)),
      ...(own.workingDir === image.workingDir ? [] : word('--workdir', own.workingDir)),
      ...(own.healthcheck === image.healthcheck ? [] : healthWords(object(parseJson(own.healthcheck)))),
      ...(otherEntry ? word('--entrypoint', program) : []),
    ],
    // With an entrypoint of its own a container gets nothing of the image's command.
    behindImage: [...(otherEntry ? rest : []), ...(otherEntry || otherCmd ? own.cmd : [])],
  };
}

function healthWords(health: Fields): readonly string[] {
  const [kind = '', ...words] = strings(health.Test);
  if (kind === 'NONE') return ['--no-healthcheck'];
  const seconds = (flag: string, value: unknown) =>
    typeof value === 'number' && value > 0 ? [flag, `${value / 1e9}s`] : [];
  return [
    ...word('--health-cmd', words.join(' ')),
    ...seconds('--health-interval', health.Interval),
    ...seconds('--health-timeout', health.Timeout),
    ...seconds('--health-start-period', health.StartPeriod),
    ...amount('--health-retries', health.Retries),
  ];
}

/** Reads one container of `docker inspect`. */
export function createdWith(found: Fields): CreatedWith {
  const host = object(found.HostConfig);
  const mode = text(host.NetworkMode);
  const primary = mode === 'default' ? 'bridge' : mode;
  const ids = [text(found.Id).slice(0, 12), text(found.Name).replace(/^\//, '')];
  const networks = Object.entries(object(object(found.NetworkSettings).Networks)).map(([name, value]) => ({
    name,
    id: text(object(value).NetworkID),
    words: endpointWords(object(value), ids),
  }));
  const isPrimary = ({ name, id }: { readonly name: string; readonly id: string }) =>
    name === primary || (id !== '' && id === primary);
  return {
    process: processOf(object(found.Config)),
    unspoken: [
      ...secretLabels(object(found.Config).Labels),
      ...strings(object(found.Config).Env)
        .filter((variable) => /[\r\n]/.test(variable))
        .map(
          (variable) =>
            `the variable ${variable.split('=', 1)[0]} (an env file holds no value of several lines)`,
        ),
      ...(isSecretLog(object(host.LogConfig))
        ? [`the log driver ${text(object(host.LogConfig).Type)} (${MAY_BE_SECRET})`]
        : []),
    ],
    words: [...hostWords(host), ...configWords(object(found.Config), ids, mode)],
    // The same words, but for this one.
    inNetwork:
      primary === 'bridge'
        ? []
        : (networks.find(isPrimary)?.words ?? []).map((one) => (one === '--alias' ? '--network-alias' : one)),
    otherNetworks: networks
      .filter((network) => !isPrimary(network) && NAME.test(network.name))
      .map(({ name, words }) => ({ name, words })),
  };
}

/** What Docker lets a network be called: it stands in a shell script. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** An address that Docker chose is chosen again; its own names come with every container. */
function endpointWords(endpoint: Fields, ownNames: readonly string[]): readonly string[] {
  const chosen = object(endpoint.IPAMConfig);
  return [
    ...strings(endpoint.Aliases)
      .filter((name) => !ownNames.includes(name) && NAME.test(name))
      .flatMap((name) => ['--alias', name]),
    ...word('--ip', text(chosen.IPv4Address)),
    ...word('--ip6', text(chosen.IPv6Address)),
  ];
}

const strings = (value: unknown): readonly string[] => list(value).filter((one) => typeof one === 'string');
const word = (flag: string, value: string): readonly string[] => (value === '' ? [] : [flag, value]);
const each = (flag: string, values: readonly string[]): readonly string[] =>
  values.flatMap((value) => [flag, value]);
const amount = (flag: string, value: unknown, by = 1): readonly string[] =>
  typeof value === 'number' && value > 0 ? [flag, String(value / by)] : [];
const pairs = (value: unknown, separator: string): readonly string[] =>
  Object.entries(object(value)).map(
    ([name, one]) => `${name}${text(one) === '' ? '' : separator}${text(one)}`,
  );

/** 64 MB, which a container gets that asks for nothing. */
const USUAL_SHM = 67_108_864;
/** What Docker writes where nobody chose. */
const USUAL_MODES = ['', 'private', 'shareable', 'default'];

function hostWords(host: Fields): readonly string[] {
  const memory = Number(host.Memory ?? 0);
  const swap = Number(host.MemorySwap ?? 0);
  return [
    ...amount('--cpus', host.NanoCpus, 1e9),
    ...amount('--cpu-shares', host.CpuShares),
    ...amount('--cpu-period', host.CpuPeriod),
    ...amount('--cpu-quota', host.CpuQuota),
    ...word('--cpuset-cpus', text(host.CpusetCpus)),
    ...amount('--memory-reservation', host.MemoryReservation),
    // Twice the memory is what Docker takes by itself.
    ...(memory > 0 && swap !== 0 && swap !== 2 * memory ? ['--memory-swap', String(swap)] : []),
    ...amount('--pids-limit', host.PidsLimit),
    ...(Number(host.ShmSize ?? 0) === USUAL_SHM ? [] : amount('--shm-size', host.ShmSize)),
    ...(Number(host.OomScoreAdj ?? 0) === 0 ? [] : ['--oom-score-adj', String(host.OomScoreAdj)]),
    ...(host.OomKillDisable === true ? ['--oom-kill-disable'] : []),
    ...amount('--blkio-weight', host.BlkioWeight),
    ...each(
      '--ulimit',
      list(host.Ulimits).map((one) => {
        const { Name, Soft, Hard } = object(one);
        return `${text(Name)}=${Number(Soft)}:${Number(Hard)}`;
      }),
    ),
    ...(host.Privileged === true ? ['--privileged'] : []),
    ...each('--cap-add', strings(host.CapAdd)),
    ...each('--cap-drop', strings(host.CapDrop)),
    ...each('--security-opt', strings(host.SecurityOpt)),
    ...(host.ReadonlyRootfs === true ? ['--read-only'] : []),
    ...(host.Init === true ? ['--init'] : []),
    ...each('--group-add', strings(host.GroupAdd)),
    ...each('--sysctl', pairs(host.Sysctls, '=')),
    ...each('--tmpfs', pairs(host.Tmpfs, ':')),
    ...each(
      '--device',
      list(host.Devices).map((one) => {
        const { PathOnHost, PathInContainer, CgroupPermissions } = object(one);
        return `${text(PathOnHost)}:${text(PathInContainer)}:${text(CgroupPermissions) || 'rwm'}`;
      }),
    ),
    ...each('--gpus', list(host.DeviceRequests).flatMap(gpus)),
    ...each('--dns', strings(host.Dns)),
    ...each('--dns-search', strings(host.DnsSearch)),
    ...each('--dns-option', strings(host.DnsOptions)),
    ...each('--link', strings(host.Links).flatMap(link)),
    ...mode('--ipc', host.IpcMode),
    ...mode('--pid', host.PidMode),
    ...mode('--uts', host.UTSMode),
    ...mode('--userns', host.UsernsMode),
    ...word('--cgroup-parent', text(host.CgroupParent)),
    ...(['', 'runc', 'io.containerd.runc.v2'].includes(text(host.Runtime))
      ? []
      : word('--runtime', text(host.Runtime))),
    ...each('--storage-opt', pairs(host.StorageOpt, '=')),
    ...logWords(object(host.LogConfig)),
  ];
}

const secretLabels = (labels: unknown): readonly string[] =>
  Object.entries(object(labels)).flatMap(([name, value]) =>
    mayBeSecret(name, text(value)) && !isOfAnImage(name) ? [`the label ${name} (${MAY_BE_SECRET})`] : [],
  );

/** Docker refuses a log service without its token, so such a log is left out as a whole. */
const isSecretLog = ({ Config }: Fields): boolean =>
  Object.entries(object(Config)).some(([name, value]) => mayBeSecret(name, text(value)));

function mode(flag: string, value: unknown): readonly string[] {
  return USUAL_MODES.includes(text(value)) ? [] : [flag, text(value)];
}

function logWords(log: Fields): readonly string[] {
  if (isSecretLog(log)) return [];
  const { Type, Config } = log;
  const options = pairs(Config, '=');
  // The usual one without options is left to Docker's own configuration, as it was.
  if (['', 'json-file'].includes(text(Type)) && options.length === 0) return [];
  return [...word('--log-driver', text(Type)), ...each('--log-opt', options)];
}

/** `--gpus all`, `--gpus 2`, `--gpus device=…`. */
function gpus(request: unknown): readonly string[] {
  const { Count, DeviceIDs, Capabilities } = object(request);
  if (!list(Capabilities).some((group) => strings(group).includes('gpu'))) return [];
  const ids = strings(DeviceIDs);
  if (ids.length > 0) return [`"device=${ids.join(',')}"`];
  return [Number(Count) < 0 ? 'all' : String(Count)];
}

/** '/db:/open-webui/database' → 'db:database' */
function link(value: string): readonly string[] {
  const [from = '', to = ''] = value.split(':');
  return from === '' ? [] : [`${from.replace(/^\//, '')}:${to.split('/').at(-1) ?? ''}`];
}

/** A host name that nobody chose is the first digits of the id. On another one's network it is that one's. */
function configWords(config: Fields, ownNames: readonly string[], networkMode: string): readonly string[] {
  const hostname = text(config.Hostname);
  const shares = networkMode === 'host' || networkMode.startsWith('container:');
  return [
    ...(shares || ownNames.includes(hostname) ? [] : word('--hostname', hostname)),
    ...word('--domainname', text(config.Domainname)),
    ...amount('--stop-timeout', config.StopTimeout),
    ...(config.Tty === true ? ['--tty'] : []),
    ...(config.OpenStdin === true ? ['--interactive'] : []),
  ];
}
