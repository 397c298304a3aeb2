import type { Answers } from '../answers.ts';
import type { Run } from '../engine/action.ts';
import type { Finding } from '../engine/task.ts';
import type { Argv, ExecResult, Host } from '../host/host.ts';
import { clockAhead } from '../system/http.ts';
import {
  type Disk,
  isDebianFamily,
  type OsRelease,
  parseDf,
  parseMeminfo,
  parseOsRelease,
  parseProperties,
} from '../system/os.ts';
import { emptied, isDeaf } from './firewall/emptied.ts';
import type { FirewallFacts } from './firewall/facts.ts';
import { lookAtFirewall } from './firewall.ts';
import { layout, STATE_FOLDER } from './layout.ts';
import { judgeMemory, lookAtMemory, type MemoryFacts } from './machine/memory.ts';
import { judgePorts, lookAtPorts, type PortHolder } from './machine/ports.ts';
import { judgeReachability, type Probe, probe } from './machine/reachability.ts';
import { judgeReboot, lookAtReboot, type RebootFacts } from './machine/reboot.ts';
import { judgeRoom, lookAtRoom, type RoomFacts } from './machine/room.ts';
import type { OttoTask } from './otto-task.ts';

/** What the machine is. */
export interface MachineFacts {
  readonly root: boolean;
  readonly os: OsRelease;
  /** The system for which the operator said to go on: 'debian 12'. */
  readonly acceptedOs: string | undefined;
  /** 'x86_64', 'aarch64' */
  readonly architecture: string;
  readonly systemd: boolean;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly swap: number;
  readonly disk: Disk | undefined;
  /** Whether an Otto's data is here already: then the space that it took is not missing. */
  readonly installed: boolean;
  readonly clock: {
    /** ms; undefined when no server could be asked. */
    readonly ahead: number | undefined;
    /** Whether a service keeps the clock; undefined where the machine's host does (containers). */
    readonly kept: boolean | undefined;
    readonly canBeKept: boolean;
  };
  readonly ports: readonly PortHolder[];
  readonly probes: readonly Probe[];
  /** What time does to a machine; only looked at when an Otto lives there. */
  readonly upkeep?: {
    readonly room: RoomFacts;
    readonly memory: MemoryFacts;
    readonly reboot: RebootFacts;
  };
  /** Only when an emptied packet filter makes this machine deaf: then everything else that is found follows from it. */
  readonly deaf?: FirewallFacts;
}

const GB = 1_000_000_000;
const GIB = 1024 ** 3;

/** Where the operator's consent to an untested system is kept. */
const ACCEPTED_OS = `${STATE_FOLDER}/accepted-os`;

/**
 * A command whose answer is never empty. On a machine at its limit an answer was seen to get lost; asking twice is
 * cheaper than telling an operator that root is not root.
 */
async function answerOf(host: Host, argv: Argv): Promise<ExecResult> {
  const answer = await host.exec(argv);
  return answer.exitCode === 0 && answer.stdout.trim() === '' ? host.exec(argv) : answer;
}

async function look(host: Host, answers: Answers): Promise<MachineFacts> {
  const deaf = (await isDeaf(host)) ? await lookAtFirewall(host, answers) : undefined;
  const [
    uid,
    machine,
    cpus,
    df,
    time,
    release,
    meminfo,
    systemd,
    container,
    accepted,
    database,
    ports,
    probes,
  ] = await Promise.all([
    answerOf(host, ['id', '-u']),
    answerOf(host, ['uname', '-m']),
    answerOf(host, ['nproc']),
    host.exec(['df', '-B1', '--output=size,avail', '/']),
    host.exec(['timedatectl', 'show']),
    host.readFile('/etc/os-release'),
    host.readFile('/proc/meminfo'),
    host.stat('/run/systemd/system'),
    host.stat('/run/systemd/container'),
    host.readFile(ACCEPTED_OS),
    host.stat(layout(answers).openWebui.database),
    lookAtPorts(host),
    deaf === undefined ? probe(host, answers) : [],
  ]);
  // On a machine that is merely slow, a command that was cut off must not be read as an answer.
  for (const [command, { exitCode, timedOut, stdout }] of Object.entries({
    id: uid,
    uname: machine,
    nproc: cpus,
  }))
    if (timedOut || exitCode !== 0 || stdout.trim() === '')
      throw new Error(
        `${command} ${timedOut ? 'did not answer in time' : `ended with ${exitCode} and said nothing`}`,
      );
  const now = host.now();
  const sizes = parseMeminfo(meminfo ?? '');
  const upkeep = database === undefined ? undefined : await lookAtUpkeep(host, sizes);
  const ntp = parseProperties(time.stdout);
  return {
    root: uid.stdout.trim() === '0',
    os: parseOsRelease(release ?? ''),
    acceptedOs: accepted?.trim(),
    architecture: machine.stdout.trim(),
    systemd: systemd?.kind === 'directory',
    cpus: Number(cpus.stdout.trim()),
    ...sizes,
    disk: parseDf(df.stdout),
    installed: database !== undefined,
    clock: {
      ahead: median(probes.flatMap(({ result }) => clockAhead(result, now) ?? [])),
      kept: container !== undefined || time.exitCode !== 0 ? undefined : ntp.get('NTP') === 'yes',
      canBeKept: ntp.get('CanNTP') === 'yes',
    },
    ports,
    probes,
    ...(upkeep === undefined ? {} : { upkeep }),
    ...(deaf === undefined ? {} : { deaf }),
  };
}

async function lookAtUpkeep(host: Host, sizes: Pick<MachineFacts, 'memory' | 'swap'>) {
  const [room, memory, reboot] = await Promise.all([
    lookAtRoom(host),
    lookAtMemory(host, sizes),
    lookAtReboot(host),
  ]);
  return { room, memory, reboot };
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function judge(facts: MachineFacts, answers: Answers): readonly Finding[] {
  if (facts.deaf !== undefined) return [...judgeSystem(facts), emptied(facts.deaf)];
  const { upkeep } = facts;
  const worn =
    upkeep === undefined
      ? []
      : [...judgeRoom(upkeep.room), ...judgeMemory(upkeep.memory), ...judgeReboot(upkeep.reboot)];
  // On a full disk nothing else can be mended, and much of it only follows from that.
  if (worn[0]?.code === 'disk-full') return worn.slice(0, 1);
  return [
    ...judgeSystem(facts),
    ...judgeSize(facts),
    ...worn,
    ...judgeClock(facts),
    ...judgePorts(facts.ports, answers),
    ...judgeReachability(facts.probes),
  ];
}

function judgeSystem({ root, os, acceptedOs, architecture, systemd }: MachineFacts): readonly Finding[] {
  const findings: Finding[] = [];
  if (!root)
    findings.push({
      code: 'not-root',
      severity: 'blocked',
      saw: 'The wizard does not run as root.',
      because:
        'It installs packages, writes to /etc and starts services. Start it again as root, or with sudo.',
      fixes: [],
    });
  if (!isDebianFamily(os))
    findings.push({
      code: 'os-unknown',
      severity: 'blocked',
      saw: `This machine runs ${os.prettyName}.`,
      because:
        'The steps use apt, ufw and the paths of Ubuntu and Debian. A droplet with Ubuntu 24.04 has them.',
      fixes: [],
    });
  else if (!(os.id === 'ubuntu' && os.versionId === '24.04') && acceptedOs !== osName(os))
    findings.push({
      code: 'os-untested',
      severity: 'risk',
      saw: `This machine runs ${os.prettyName}.`,
      because:
        'The runbook was tested on Ubuntu 24.04. Other releases of Ubuntu and Debian have the same tools in other versions: it will probably work.',
      fixes: [
        {
          title: `Go on with ${os.prettyName}`,
          consequence: 'Something that nobody has seen yet may come up on the way.',
          actions: [
            {
              kind: 'write-file',
              path: ACCEPTED_OS,
              content: `${osName(os)}\n`,
              mode: 0o644,
              owner: 'root:root',
              purpose: 'Remember that, so that it is not asked again',
            },
          ],
        },
      ],
    });
  if (architecture !== 'x86_64' && architecture !== 'aarch64')
    findings.push({
      code: 'architecture-unknown',
      severity: 'blocked',
      saw: `The processor is of the kind "${architecture}".`,
      because: 'Open WebUI and Claude come for x86_64 and aarch64 only.',
      fixes: [],
    });
  if (!systemd)
    findings.push({
      code: 'no-systemd',
      severity: 'blocked',
      saw: 'systemd does not run this machine.',
      because:
        'Hermes, Docker and nginx are kept alive by systemd. A container without it cannot hold an Otto.',
      fixes: [],
    });
  return findings;
}

function osName({ id, versionId, codename }: OsRelease): string {
  return `${id} ${versionId === '' ? codename : versionId}`;
}

/**
 * The runbook asks for 2 vCPU, 8 GB and 40 GB; a droplet sold with 8 GB shows 7.7 of them, one with 40 GB of disk 38.
 * Open WebUI dies on 1 to 2 GB of memory, and its image takes up to 6 GB of disk (facts: open-webui A6).
 */
function judgeSize({ cpus, memory, swap, disk, installed }: MachineFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const gb = (bytes: number) => `${(bytes / GB).toFixed(1)} GB`;
  const small: string[] = [];
  if (cpus < 2) small.push(`${cpus} processor`);
  if (memory + swap < 2.3 * GIB)
    findings.push({
      code: 'memory-far-too-small',
      severity: 'blocked',
      saw: `This machine has ${gb(memory)} of memory${swap > 0 ? ` and ${gb(swap)} of swap` : ''}.`,
      because:
        'Open WebUI alone needs more than 1 GB when it starts, and Hermes, Paperclip and Docker come on top. With less than 2.5 GB the system ends one of them in the middle of its work. Take a bigger droplet, or add swap.',
      ifSkipped: 'Open WebUI will probably not get through its first start.',
      fixes: [],
    });
  else if (memory < 7 * GIB) small.push(`${gb(memory)} of memory`);
  if (disk !== undefined && !installed && disk.free < 8 * GB)
    findings.push({
      code: 'disk-far-too-small',
      severity: 'blocked',
      saw: `${gb(disk.free)} of disk are free.`,
      because: "Open WebUI's image alone takes up to 6 GB, Hermes 1 GB, and both grow.",
      ifSkipped: 'Pulling the image will probably fill the disk, and then nothing works.',
      fixes: [],
    });
  else if (disk !== undefined && disk.size < 36 * GB) small.push(`${gb(disk.size)} of disk`);
  if (small.length > 0)
    findings.push({
      code: 'machine-small',
      severity: 'risk',
      saw: `This machine has ${small.join(' and ')}.`,
      because:
        'The runbook asks for 2 processors, 8 GB of memory and 40 GB of disk. It will work for a few people; long answers, big uploads and updates (which need room for two images) are where it becomes tight.',
      fixes: [],
    });
  return findings;
}

const CLOCK_TOLERANCE_MS = 90_000;

function judgeClock({ clock }: MachineFacts): readonly Finding[] {
  const off = clock.ahead !== undefined && Math.abs(clock.ahead) > CLOCK_TOLERANCE_MS;
  if (clock.kept === false && clock.canBeKept)
    return [
      {
        code: 'clock-not-kept',
        severity: 'risk',
        saw: 'No service keeps the clock of this machine in sync.',
        because: 'Certificates and sign-ins are refused when the clock is wrong by more than a few minutes.',
        fixes: [
          {
            title: 'Keep the clock in sync',
            actions: [setNtp('true', 'Keep the clock in sync with the time servers')],
          },
        ],
      },
    ];
  if (!off) return [];
  return [
    {
      code: 'clock-wrong',
      severity: clock.kept === true ? 'broken' : 'blocked',
      saw: `The clock of this machine is ${Math.round(Math.abs(clock.ahead ?? 0) / 1000)} s ${(clock.ahead ?? 0) > 0 ? 'ahead of' : 'behind'} the servers that were asked.`,
      because:
        'Certificates and sign-ins are refused when the clock is wrong by more than a few minutes. timedatectl shows what should keep it.',
      ifSkipped: 'The certificate and the sign-in at Claude will probably fail.',
      // The service that keeps it asks the time servers anew when it starts, and then sets the clock at once.
      fixes:
        clock.kept === true
          ? [
              {
                title: 'Set the clock from the time servers',
                actions: [setNtp('false', 'Stop keeping the clock'), setNtp('true', 'Set it and keep it')],
              },
            ]
          : [],
      watch: { everyMs: 5_000, forMs: 60_000 },
    },
  ];
}

function setNtp(value: 'true' | 'false', purpose: string): Run {
  return { kind: 'run', argv: ['timedatectl', 'set-ntp', value], purpose, timeoutMs: 30_000 };
}

/** Prerequisites: what this machine is, whether its ports are free, and whether it reaches what the steps need. */
export const machineTask: OttoTask<MachineFacts> = {
  id: 'machine',
  title: 'This machine',
  step: 'Prerequisites',
  why: 'Everything later builds on this: a release that the steps know, room for the image, free ports, and a way to the places that the software comes from.',
  needs: [],
  look,
  judge,
};
