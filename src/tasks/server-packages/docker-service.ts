import type { Command } from '../../engine/contracts/action.ts';
import {
  forgetFailedStarts,
  isThere,
  startsAtBoot,
  systemctl,
  type Unit,
} from '../../system/services/systemd.ts';
import { found } from '../finding.ts';
import { inAnotherStore } from './another-store.ts';
import type { DockerFacts } from './docker.ts';
import { judgeBridge, judgeSettings } from './docker-configuration.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { judgeOpenApi } from './open-api.ts';
import { restartDocker, startDocker } from './starting-docker.ts';

/** What is wrong with an installed Docker. */
export function judgeDockerService(facts: DockerFacts): readonly Finding[] {
  if (!facts.engine || facts.kind === 'snap' || facts.kind === 'podman') return [];
  if (!facts.up) return [judgeDown(facts)];
  if (facts.hidden !== undefined) return [inAnotherStore(facts.hidden)];
  const findings: Finding[] = [];
  if (isThere(facts.service) && !startsAtBoot(facts.service))
    findings.push(
      found(FINDINGS['docker-not-enabled'], {
        evidence: 'Docker is running, but does not start at boot.',
        fixes: [
          {
            id: 'enable',
            title: 'Start Docker at boot',
            actions: [systemctl('Start Docker at boot', ['enable', 'docker.service'])],
          },
        ],
      }),
    );
  if (
    (startsAtBoot(facts.containerd) || facts.containerd.load === 'masked') &&
    facts.containerd.active !== 'active'
  )
    findings.push(
      found(FINDINGS['containerd-down'], {
        evidence: `containerd is ${facts.containerd.active}.`,
        fixes: [
          {
            id: 'start-containerd',
            title: 'Start containerd',
            actions: startContainerd(facts.containerd),
          },
        ],
      }),
    );
  return [...findings, ...judgeOpenApi(facts.openApi), ...judgeBridge(facts.settings, facts.bridge)];
}

/**
 * Whether systemd refuses to start it. When it had failed before, its result still says how; then only the journal's end
 * tells (tried with systemd 252).
 */
function startRefused(result: string, log: string): boolean {
  const end = log.trim().split('\n').slice(-4);
  return result === 'start-limit-hit' || end.some((line) => /repeated too quickly/.test(line));
}

function judgeDown({ service, settings, silent, journal: log }: DockerFacts): Finding {
  if (silent && service.active === 'active')
    return found(FINDINGS['docker-silent'], {
      evidence: 'Docker is running, but did not answer within 10 s.',
      fixes: [
        {
          id: 'restart-docker',
          title: 'Restart Docker',
          consequence: 'Every container on this machine restarts: Otto is unavailable for about a minute.',
          actions: restartDocker(),
        },
      ],
    });
  const line = log
    .split('\n')
    .map((entry) => entry.trim())
    .findLast((entry) =>
      /unable to configure|failed to start daemon|error initializing|level=fatal/i.test(entry),
    );
  const evidence = `Docker is installed, but its service is ${service.load === 'masked' ? 'masked' : service.active}${line === undefined ? '' : `: ${line.slice(0, 300)}`}.`;
  if (service.load === 'masked')
    return found(FINDINGS['docker-masked'], {
      evidence,
      fixes: [
        {
          id: 'unmask-and-start',
          title: 'Unmask the Docker service and start it',
          consequence: 'Docker starts again, with all containers that are set to restart.',
          actions: [
            systemctl('Unmask the Docker service', [
              'unmask',
              'docker.service',
              'docker.socket',
              'containerd.service',
            ]),
            ...startDocker(),
          ],
        },
      ],
    });
  const invalid = judgeSettings(settings, log, evidence);
  if (invalid !== undefined) return invalid;
  if (service.active === 'activating' && service.sub !== 'auto-restart')
    return found(FINDINGS['docker-starting'], {
      evidence: 'Docker is starting.',
      watch: { everyMs: 1_000, forMs: 60_000 },
    });
  if (startRefused(service.result, log))
    return found(FINDINGS['docker-start-limit'], {
      evidence: 'Docker is down, and systemd no longer starts it: it was started too often within a minute.',
      fixes: [
        {
          id: 'reset-and-start',
          title: 'Clear the earlier starts and start Docker',
          actions: startDocker(),
        },
      ],
    });
  return found(FINDINGS['docker-down'], {
    evidence,
    fixes: [{ id: 'start-docker', title: 'Start Docker', actions: startDocker() }],
  });
}

function startContainerd({ load }: Unit): readonly Command[] {
  return [
    ...(load === 'masked'
      ? [systemctl('Unmask the containerd service', ['unmask', 'containerd.service'])]
      : []),
    forgetFailedStarts('Clear earlier failed starts of containerd', 'containerd.service'),
    systemctl('Start containerd now and at boot', ['enable', '--now', 'containerd.service']),
  ];
}
