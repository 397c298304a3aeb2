import type { Host } from '../../host/host.ts';
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

interface PackagesFacts {
  readonly apt: AptState;
}

/** The runbook's Step 1, with gh for the sign-in at GitHub, and what fetches things over https. */
const PACKAGES = ['git', 'python3-venv', 'python3-pip', 'sqlite3', 'curl', 'ca-certificates', 'gh'] as const;

async function look(host: Host): Promise<PackagesFacts> {
  return { apt: await withOffers(host, await lookAtApt(host), PACKAGES) };
}

function judge({ apt }: PackagesFacts): readonly Finding[] {
  const missing = missingPackages(apt, PACKAGES);
  const inTheWay = judgeApt(apt);
  // With everything there Otto works, but neither updates nor anything else can be installed.
  const severity = missing.length === 0 ? 'risk' : 'broken';
  if (inTheWay !== undefined && 'interrupted' in inTheWay)
    return [found(FINDINGS['dpkg-interrupted'], { ...inTheWay.interrupted, severity })];
  if (missing.length === 0) return [];
  if (inTheWay !== undefined) return [found(FINDINGS['apt-busy'], inTheWay.busy)];
  return [
    found(FINDINGS['packages-missing'], {
      evidence: `Not installed: ${missing.join(', ')}.`,
      fixes: [
        {
          id: 'install-packages',
          title: `Install ${missing.join(', ')}`,
          actions: installActions(apt, missing),
        },
      ],
    }),
  ];
}

/** Step 1: what the clone, pip and the later steps are done with. Kept short, so that they can start early. */
export const packagesTask: OttoTask<PackagesFacts, Finding> = {
  id: 'packages',
  title: 'Packages',
  step: 'Step 1',
  why: 'These tools fetch and build Hermes. On a fresh droplet the first security updates may still be running: otto-install waits for them, since only one program can install at a time.',
  needs: ['machine'],
  // Only one can install at a time, and what Docker fetches takes longest.
  followsUnattended: ['docker'],
  look,
  judge,
};
