import type { Host } from '../../host/host.ts';
import { isInstalled } from '../../system/packages/dpkg.ts';
import { type AptState, installActions, judgeApt, lookAtApt } from '../apt-state.ts';
import { found } from '../finding.ts';
import type { OttoTask } from '../otto-task.ts';
import { type DockerFacts, dockerPackages, judgeDockerKind, lookAtDocker } from './docker.ts';
import { judgeDockerService } from './docker-service.ts';
import { FINDINGS, type Finding } from './findings.ts';

export interface ServerPackagesFacts {
  readonly apt: AptState;
  readonly docker: DockerFacts;
  readonly nginx: boolean;
  readonly ufw: boolean;
  /** apt: the distribution's; snap: the snap, which brings its nginx plugin along. */
  readonly certbot: 'absent' | 'apt' | 'snap' | 'other';
}

async function look(host: Host): Promise<ServerPackagesFacts> {
  const [apt, nginx, ufw, certbot, snapCertbot] = await Promise.all([
    lookAtApt(host),
    host.stat('/usr/sbin/nginx'),
    host.stat('/usr/sbin/ufw'),
    host.stat('/usr/bin/certbot'),
    host.stat('/snap/bin/certbot'),
  ]);
  const fromApt = isInstalled(apt.packages, 'certbot');
  return {
    apt,
    docker: await lookAtDocker(host, apt.packages),
    nginx: nginx !== undefined,
    ufw: ufw !== undefined,
    certbot: fromApt ? 'apt' : snapCertbot ? 'snap' : certbot ? 'other' : 'absent',
  };
}

function judge(facts: ServerPackagesFacts): readonly Finding[] {
  const missing = missingPackages(facts);
  const unfit = judgeDockerKind(facts.docker, installActions(facts.apt, ['docker.io']));
  if (missing.length === 0)
    return [...(unfit === undefined ? [] : [unfit]), ...judgeDockerService(facts.docker)];
  const inTheWay = judgeApt(facts.apt);
  if (inTheWay !== undefined)
    return [
      'busy' in inTheWay
        ? found(FINDINGS['server-packages-apt-busy'], inTheWay.busy)
        : found(FINDINGS['server-packages-dpkg-interrupted'], inTheWay.interrupted),
    ];
  const onlyClient = missing.join() === 'docker-cli';
  return [
    found(FINDINGS[onlyClient ? 'docker-client-missing' : 'server-packages-missing'], {
      evidence: `Not installed: ${missing.join(', ')}.`,
      fixes: [
        {
          id: 'install-packages',
          title: `Install ${missing.join(', ')}`,
          actions: installActions(facts.apt, missing),
        },
      ],
    }),
    ...(unfit === undefined ? [] : [unfit]),
  ];
}

function missingPackages({ apt, docker, nginx, ufw, certbot }: ServerPackagesFacts): readonly string[] {
  const certbotPackages = certbot === 'snap' ? [] : ['certbot', 'python3-certbot-nginx'];
  const wanted = [
    ...dockerPackages(docker),
    ...(nginx ? [] : ['nginx']),
    // A certbot from elsewhere (pip) has its plugins from there, too.
    ...(certbot === 'other' ? [] : certbotPackages),
    ...(ufw ? [] : ['ufw']),
  ];
  return wanted.filter((name) => !isInstalled(apt.packages, name));
}

/** Prerequisites: Docker, nginx, certbot and ufw, installed and at work. */
export const serverPackagesTask: OttoTask<ServerPackagesFacts, Finding> = {
  id: 'server-packages',
  title: 'Docker, nginx, certbot',
  step: 'Prerequisites',
  why: 'These serve Otto to the outside: Docker for Open WebUI, nginx in front of it, certbot for https, ufw as the firewall. An existing Docker is kept.',
  needs: ['packages'],
  // Only one program can install at a time, and the line is shared: who has to sign in should be able to, and leave.
  after: ['github', 'claude'],
  look,
  judge,
};
