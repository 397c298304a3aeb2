import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { notOurs, stops } from '../../engine/contracts/effect.ts';
import type { Host } from '../../host/host.ts';
import { LIST_ADDRESSES, parseAddresses } from '../../system/network/addresses.ts';
import { parseCandidates, showCandidates } from '../../system/packages/apt.ts';
import { isInstalled, type Package } from '../../system/packages/dpkg.ts';
import { isThere, journal, parseUnits, showUnits, type Unit } from '../../system/services/systemd.ts';
import { found } from '../finding.ts';
import { type HiddenContainers, lookForHidden } from './another-store.ts';
import { type DockerSettings, lookAtSettings } from './docker-configuration.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { lookForOpenApi, type OpenApi } from './open-api.ts';

/** Which Docker is here. An existing one of any kind is kept, unless it cannot work for an Otto (snap, podman). */
type DockerKind = 'absent' | 'docker.io' | 'docker-ce' | 'other' | 'snap' | 'podman';

export interface DockerFacts {
  readonly kind: DockerKind;
  readonly cli: boolean;
  readonly engine: boolean;
  /** Whether the daemon answers. */
  readonly up: boolean;
  /** It was asked, and did not say a word within the time: a daemon that hangs, or that has a disk which does. */
  readonly silent?: boolean;
  readonly service: Unit;
  readonly containerd: Unit;
  /** The last lines of its journal, when it is down. */
  readonly journal: string;
  /** Address of docker0. */
  readonly bridge: string | undefined;
  readonly settings: DockerSettings;
  /** Which of {@link CANDIDATES} the package sources offer. Empty before the lists of packages are fetched. */
  readonly offered: ReadonlySet<string>;
  /** AppArmor is on and its parser is missing: then no container starts. */
  readonly needsAppArmor: boolean;
  /** Where the daemon takes commands over TCP without asking who sends them; undefined: nowhere. */
  readonly openApi?: OpenApi | undefined;
  /** Containers of this Otto that are on the disk and that Docker does not know. */
  readonly hidden?: HiddenContainers | undefined;
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
  const answer = asked ? await host.exec(['docker', 'ps', '--quiet'], { timeoutMs: 10_000 }) : undefined;
  const up = answer?.exitCode === 0;
  const kind = kindOf(packages, {
    snap: snapCli !== undefined,
    // Debian 12 has dockerd in /usr/sbin; there it belongs to docker.io, which dpkg knows.
    other: [cli, localCli, engine, localEngine].some((file) => file !== undefined),
  });
  const machine = parseAddresses(addresses.stdout);
  const words = service.mainPid === 0 ? undefined : await host.readFile(`/proc/${service.mainPid}/cmdline`);
  const daemon = (words ?? '').replaceAll('\0', ' ');
  const [settings, log, candidates] = await Promise.all([
    lookAtSettings(host, daemon),
    up || !isThere(service) ? undefined : host.exec(journal('docker.service', 15)),
    kind === 'absent' || cli === undefined ? host.exec(showCandidates(CANDIDATES)) : undefined,
  ]);
  return {
    kind,
    cli: cli !== undefined || localCli !== undefined || kind === 'snap',
    engine: isThere(service) || kind === 'snap',
    up,
    silent: answer?.timedOut === true,
    service,
    containerd,
    journal: log?.stdout ?? '',
    bridge: machine.find((entry) => entry.interface === 'docker0' && entry.family === 4)?.address,
    settings,
    offered: parseCandidates(candidates?.stdout ?? ''),
    openApi: await lookForOpenApi(host, daemon),
    hidden: up ? await lookForHidden(host, settings.formerRoots ?? []) : undefined,
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
export function judgeDockerKind(facts: DockerFacts, install: readonly Command[]): Finding | undefined {
  if (facts.kind === 'snap')
    return found(FINDINGS['docker-is-snap'], {
      evidence: 'Docker is installed as a snap (/snap/bin/docker).',
      fixes: [
        {
          id: 'replace-snap',
          title: "Stop the snap's Docker and install the distribution's",
          consequence:
            "Containers of the snap's Docker stop. Their images and volumes stay in the snap and are not carried over.",
          actions: [
            command(['snap', 'stop', '--disable', 'docker'], "Stop the snap's Docker", {
              effects: stops('the containers of the snap’s Docker', notOurs),
              timeoutMs: 120_000,
            }),
            ...install,
          ],
        },
      ],
    });
  if (facts.kind === 'podman')
    return found(FINDINGS['docker-is-podman'], {
      evidence: 'The command docker is Podman here (package podman-docker).',
    });
  return undefined;
}
