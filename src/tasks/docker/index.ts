import type { Host } from '../../host/host.ts';
import { isInstalled } from '../../system/packages/dpkg.ts';
import {
  type AptState,
  installActions,
  judgeApt,
  lookAtApt,
  missingPackages,
  withOffers,
} from '../apt-state.ts';
import { found } from '../finding.ts';
import type { OttoTask } from '../otto-task.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { type DockerFacts, dockerPackages, judgeDockerKind, lookAtDocker } from './look.ts';
import { judgeDockerService } from './service.ts';

export interface DockerTaskFacts {
  readonly apt: AptState;
  readonly docker: DockerFacts;
}

async function look(host: Host): Promise<DockerTaskFacts> {
  const apt = await lookAtApt(host);
  const docker = await lookAtDocker(host, apt.packages);
  return { apt: await withOffers(host, apt, dockerPackages(docker)), docker };
}

function judge({ apt, docker }: DockerTaskFacts): readonly Finding[] {
  const missing = dockerPackages(docker).filter((name) => !isInstalled(apt.packages, name));
  const unfit = judgeDockerKind(docker, installActions(apt, ['docker.io']));
  if (missing.length === 0) return [...(unfit === undefined ? [] : [unfit]), ...judgeDockerService(docker)];
  const inTheWay = judgeApt(apt);
  if (inTheWay !== undefined)
    return [
      'busy' in inTheWay
        ? found(FINDINGS['docker-apt-busy'], inTheWay.busy)
        : found(FINDINGS['docker-dpkg-interrupted'], inTheWay.interrupted),
    ];
  const onlyClient = missing.join() === 'docker-cli';
  return [
    found(FINDINGS[onlyClient ? 'docker-client-missing' : 'docker-missing'], {
      evidence: `Not installed: ${missing.join(', ')}.`,
      fixes: [
        {
          id: 'install-packages',
          title: `Install ${missing.join(', ')}`,
          // Before the lists are fetched nobody knows whether its client is a package of its own.
          actions: installActions(
            apt,
            // What it fetches comes over https.
            [...missing, ...missingPackages(apt, ['ca-certificates'])],
            docker.kind === 'absent' && docker.offered.size === 0 ? ['docker-cli'] : [],
          ),
        },
      ],
    }),
    ...(unfit === undefined ? [] : [unfit]),
  ];
}

/** Prerequisites: Docker, installed and at work. The first to be installed where nobody has to sign in, since the download of the images waits for it. */
export const dockerTask: OttoTask<DockerTaskFacts, Finding> = {
  id: 'docker',
  title: 'Docker',
  step: 'Prerequisites',
  why: 'Open WebUI and Paperclip run in Docker. It is installed early, so that their images, the largest download, come while other steps run. An existing Docker is kept.',
  needs: ['machine'],
  // Only one program can install at a time, and the line is shared: who has to sign in should be able to, and leave.
  after: ['github', 'claude'],
  look,
  judge,
};
