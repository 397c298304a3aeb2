import type { Run } from '../../engine/action.ts';
import type { Finding } from '../../engine/task.ts';
import type { Host } from '../../host/host.ts';
import { LIST_ADDRESSES, parseAddresses } from '../../system/addresses.ts';
import { parseCandidates, showCandidates } from '../../system/apt.ts';
import { isInstalled, type Package } from '../../system/dpkg.ts';
import {
  forgetFailedStarts,
  isThere,
  journal,
  parseUnits,
  showUnits,
  startsAtBoot,
  systemctl,
  type Unit,
} from '../../system/systemd.ts';

/** Which Docker is here. An existing one of any kind is kept, unless it cannot work for an Otto (snap, podman). */
export type DockerKind = 'absent' | 'docker.io' | 'docker-ce' | 'other' | 'snap' | 'podman';

export interface DockerFacts {
  readonly kind: DockerKind;
  readonly cli: boolean;
  readonly engine: boolean;
  /** Whether the daemon answers. */
  readonly up: boolean;
  readonly service: Unit;
  readonly containerd: Unit;
  /** The last lines of its journal, when it is down. */
  readonly journal: string;
  /** Address of docker0. */
  readonly bridge: string | undefined;
  /** Which of {@link CANDIDATES} the package sources offer. Empty before the lists of packages are fetched. */
  readonly offered: ReadonlySet<string>;
  /** AppArmor is on and its parser is missing: then no container starts. */
  readonly needsAppArmor: boolean;
}

const UNITS = ['docker.service', 'containerd.service'] as const;
const CANDIDATES = ['docker-ce', 'docker-cli'];

/** Looks at Docker of any kind. */
export async function lookAtDocker(host: Host, packages: ReadonlyMap<string, Package>): Promise<DockerFacts> {
  const [cli, localCli, snapCli, engine, localEngine, units, addresses, appArmor, parser] = await Promise.all(
    [
      host.stat('/usr/bin/docker'),
      host.stat('/usr/local/bin/docker'),
      host.stat('/snap/bin/docker'),
      host.stat('/usr/bin/dockerd'),
      host.stat('/usr/local/bin/dockerd'),
      host.exec(showUnits(...UNITS)),
      host.exec(LIST_ADDRESSES),
      host.readFile('/sys/module/apparmor/parameters/enabled'),
      host.stat('/usr/sbin/apparmor_parser'),
    ],
  );
  const { 'docker.service': service, 'containerd.service': containerd } = parseUnits(units.stdout, UNITS);
  // A stopped service is not asked: docker.socket would start it, and looking must change nothing.
  const asked = !isThere(service) || service.active === 'active';
  const up = asked && (await host.exec(['docker', 'ps', '--quiet'], { timeoutMs: 10_000 })).exitCode === 0;
  const kind = kindOf(packages, {
    snap: snapCli !== undefined,
    // Debian 12 has dockerd in /usr/sbin; there it belongs to docker.io, which dpkg knows.
    other: [cli, localCli, engine, localEngine].some((file) => file !== undefined),
  });
  const [log, candidates] = await Promise.all([
    up || !isThere(service) ? undefined : host.exec(journal('docker.service', 15)),
    kind === 'absent' || cli === undefined ? host.exec(showCandidates(CANDIDATES)) : undefined,
  ]);
  return {
    kind,
    cli: cli !== undefined || localCli !== undefined || kind === 'snap',
    engine: isThere(service) || kind === 'snap',
    up,
    service,
    containerd,
    journal: log?.stdout ?? '',
    bridge: parseAddresses(addresses.stdout).find(
      (entry) => entry.interface === 'docker0' && entry.family === 4,
    )?.address,
    offered: parseCandidates(candidates?.stdout ?? ''),
    needsAppArmor: appArmor?.trim() === 'Y' && parser === undefined,
  };
}

function kindOf(
  packages: ReadonlyMap<string, Package>,
  found: { readonly snap: boolean; readonly other: boolean },
): DockerKind {
  if (isInstalled(packages, 'docker-ce')) return 'docker-ce';
  if (isInstalled(packages, 'docker.io')) return 'docker.io';
  if (isInstalled(packages, 'podman-docker')) return 'podman';
  // Docker's client alone is no engine.
  const clientOnly = isInstalled(packages, 'docker-cli') || isInstalled(packages, 'docker-ce-cli');
  if (found.other && !clientOnly) return 'other';
  return found.snap ? 'snap' : 'absent';
}

/**
 * The packages to install so that Docker is there. Docker's own when its repository is set up on this machine already,
 * else the distribution's; Debian 13 has the client in a package of its own.
 */
export function dockerPackages(facts: DockerFacts): readonly string[] {
  const appArmor = facts.needsAppArmor ? ['apparmor'] : [];
  if (facts.kind === 'absent') {
    if (facts.offered.has('docker-ce')) return ['docker-ce', 'docker-ce-cli', 'containerd.io', ...appArmor];
    return ['docker.io', ...(facts.offered.has('docker-cli') ? ['docker-cli'] : []), ...appArmor];
  }
  if (facts.kind === 'docker-ce') return facts.cli ? appArmor : ['docker-ce-cli', ...appArmor];
  // An old docker.io that lost its client: the package that brings it depends on the release.
  if (facts.kind === 'docker.io' && !facts.cli && facts.offered.has('docker-cli'))
    return ['docker-cli', ...appArmor];
  return facts.kind === 'docker.io' ? appArmor : [];
}

/** A Docker that cannot hold an Otto; undefined when it can, or when there is none. */
export function judgeDockerKind(facts: DockerFacts, install: readonly Run[]): Finding | undefined {
  if (facts.kind === 'snap')
    return {
      code: 'docker-is-snap',
      severity: 'broken',
      saw: 'Docker is installed as a snap (/snap/bin/docker).',
      because:
        "A snap's Docker sees only files below /home. The data of Open WebUI in /opt would seem to be there and would be gone after the next start.",
      ifSkipped: 'Open WebUI and Paperclip will not keep their data.',
      fixes: [
        {
          title: "Stop the snap's Docker and install the distribution's",
          consequence:
            "Containers of the snap's Docker stop. Their images and volumes stay in the snap and are not carried over.",
          actions: [
            {
              kind: 'run',
              argv: ['snap', 'stop', '--disable', 'docker'],
              purpose: "Stop the snap's Docker",
              timeoutMs: 120_000,
            },
            ...install,
          ],
        },
      ],
    };
  if (facts.kind === 'podman')
    return {
      code: 'docker-is-podman',
      severity: 'blocked',
      saw: 'The command docker is Podman here (package podman-docker).',
      because:
        "Podman's network is another one than Docker's, and nothing in the runbook was tried with it. apt-get remove podman-docker leaves Podman and its containers as they are and makes room for Docker.",
      ifSkipped: 'Open WebUI will probably not reach Hermes.',
      fixes: [],
    };
  return undefined;
}

/** What is wrong with an installed Docker. */
export function judgeDockerService(facts: DockerFacts): readonly Finding[] {
  if (!facts.engine || facts.kind === 'snap' || facts.kind === 'podman') return [];
  if (!facts.up) return [judgeDown(facts)];
  const findings: Finding[] = [];
  if (isThere(facts.service) && !startsAtBoot(facts.service))
    findings.push({
      code: 'docker-not-enabled',
      severity: 'broken',
      saw: 'Docker runs, but does not start by itself after a reboot.',
      because: 'After the next reboot of the droplet Open WebUI would be gone.',
      fixes: [
        {
          title: 'Let Docker start with the machine',
          actions: [systemctl('Let Docker start with the machine', ['enable', 'docker.service'])],
        },
      ],
    });
  if (startsAtBoot(facts.containerd) && facts.containerd.active !== 'active')
    findings.push({
      code: 'containerd-down',
      severity: 'broken',
      saw: `containerd is ${facts.containerd.active}.`,
      because: 'Docker answers without it, but cannot start or enter any container.',
      fixes: [
        {
          title: 'Start containerd',
          actions: [systemctl('Start containerd', ['start', 'containerd.service'])],
        },
      ],
    });
  if (facts.bridge === undefined)
    findings.push({
      code: 'docker-bridge-missing',
      severity: 'broken',
      saw: 'There is no bridge docker0.',
      because:
        'Open WebUI reaches Hermes over that bridge. Usually "bridge": "none" in /etc/docker/daemon.json has turned it off; without that line and after a restart of Docker it is back.',
      ifSkipped: 'Open WebUI will not reach Hermes.',
      fixes: [],
      watch: { everyMs: 3_000, forMs: 10_000 },
    });
  return findings;
}

function judgeDown({ service, journal: log }: DockerFacts): Finding {
  const line = log
    .split('\n')
    .map((entry) => entry.trim())
    .findLast((entry) =>
      /unable to configure|failed to start daemon|error initializing|level=fatal/i.test(entry),
    );
  const saw = `Docker is installed, but its service is ${service.load === 'masked' ? 'masked' : service.active}${line === undefined ? '' : `: ${line.slice(0, 300)}`}.`;
  if (service.load === 'masked')
    return {
      code: 'docker-masked',
      severity: 'broken',
      saw,
      because: 'Somebody has forbidden it to start (systemctl mask). Open WebUI needs it.',
      ifSkipped: 'No container can be started.',
      fixes: [
        {
          title: 'Allow it again and start it',
          consequence: 'Docker runs again, with all containers that are set to restart.',
          actions: [
            systemctl('Allow Docker to start', [
              'unmask',
              'docker.service',
              'docker.socket',
              'containerd.service',
            ]),
            ...startDocker(),
          ],
        },
      ],
    };
  if (/unable to configure the Docker daemon with file/.test(log))
    return {
      code: 'docker-configuration-invalid',
      severity: 'broken',
      saw,
      because:
        'Docker does not start with a mistake in /etc/docker/daemon.json. The wizard did not write that file, so the mistake is left to you; Docker is started once more in case it is mended already.',
      ifSkipped: 'No container can be started.',
      fixes: [{ title: 'Start Docker', actions: startDocker() }],
    };
  if (service.active === 'activating' && service.sub !== 'auto-restart')
    return {
      code: 'docker-starting',
      severity: 'broken',
      saw: 'Docker is just starting.',
      because: 'Open WebUI and Paperclip run in it.',
      fixes: [],
      watch: { everyMs: 1_000, forMs: 60_000 },
    };
  return {
    code: 'docker-down',
    severity: 'broken',
    saw,
    because: 'Open WebUI and Paperclip run in it.',
    ifSkipped: 'No container can be started.',
    fixes: [{ title: 'Start Docker', actions: startDocker() }],
  };
}

/** Facts: docker-ufw, trap 5: after three failed starts in a minute systemd refuses more until it is reset. */
function startDocker(): readonly Run[] {
  return [
    forgetFailedStarts('Forget earlier failed starts of Docker', 'docker.service', 'docker.socket'),
    systemctl('Start Docker, now and with the machine', ['enable', '--now', 'docker.service']),
  ];
}
