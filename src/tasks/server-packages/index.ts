import type { Host } from '../../host/host.ts';
import { isInstalled } from '../../system/packages/dpkg.ts';
import { type AptState, installActions, judgeApt, lookAtApt, withOffers } from '../apt-state.ts';
import { found } from '../finding.ts';
import type { OttoTask } from '../otto-task.ts';
import { FINDINGS, type Finding } from './findings.ts';

export interface ServerPackagesFacts {
  readonly apt: AptState;
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
  const facts: ServerPackagesFacts = {
    apt,
    nginx: nginx !== undefined,
    ufw: ufw !== undefined,
    certbot: fromApt ? 'apt' : snapCertbot ? 'snap' : certbot ? 'other' : 'absent',
  };
  return { ...facts, apt: await withOffers(host, apt, missingPackages(facts)) };
}

function judge(facts: ServerPackagesFacts): readonly Finding[] {
  const missing = missingPackages(facts);
  if (missing.length === 0) return [];
  const inTheWay = judgeApt(facts.apt);
  if (inTheWay !== undefined)
    return [
      'busy' in inTheWay
        ? found(FINDINGS['server-packages-apt-busy'], inTheWay.busy)
        : found(FINDINGS['server-packages-dpkg-interrupted'], inTheWay.interrupted),
    ];
  return [
    found(FINDINGS['server-packages-missing'], {
      evidence: `Not installed: ${missing.join(', ')}.`,
      fixes: [
        {
          id: 'install-packages',
          title: `Install ${missing.join(', ')}`,
          actions: installActions(facts.apt, missing),
        },
      ],
    }),
  ];
}

function missingPackages({ apt, nginx, ufw, certbot }: ServerPackagesFacts): readonly string[] {
  const certbotPackages = certbot === 'snap' ? [] : ['certbot', 'python3-certbot-nginx'];
  const wanted = [
    ...(nginx ? [] : ['nginx']),
    // A certbot from elsewhere (pip) has its plugins from there, too.
    ...(certbot === 'other' ? [] : certbotPackages),
    ...(ufw ? [] : ['ufw']),
  ];
  return wanted.filter((name) => !isInstalled(apt.packages, name));
}

/** Prerequisites: nginx, certbot and ufw. */
export const serverPackagesTask: OttoTask<ServerPackagesFacts, Finding> = {
  id: 'server-packages',
  title: 'nginx, certbot, ufw',
  step: 'Prerequisites',
  why: 'These serve Otto to the outside: nginx in front of it, certbot for https, ufw as the firewall.',
  needs: ['packages'],
  // Only one can install at a time.
  follows: ['docker'],
  look,
  judge,
};
