import type { Finding } from '../engine/contracts/task.ts';
import type { Host } from '../host/host.ts';
import { type AptState, installActions, judgeApt, lookAtApt, missingPackages } from './apt-state.ts';
import type { OttoTask } from './otto-task.ts';

export interface PackagesFacts {
  readonly apt: AptState;
}

/** The runbook's Step 1, with gh for the sign-in at GitHub, and what fetches things over https. */
const PACKAGES = ['git', 'python3-venv', 'python3-pip', 'sqlite3', 'curl', 'ca-certificates', 'gh'] as const;

async function look(host: Host): Promise<PackagesFacts> {
  return { apt: await lookAtApt(host) };
}

function judge({ apt }: PackagesFacts): readonly Finding[] {
  const missing = missingPackages(apt, PACKAGES);
  const inTheWay = judgeApt(apt);
  // Everything is there: Otto works, but neither updates nor anything else can be installed.
  if (missing.length === 0)
    return inTheWay
      .filter(({ code }) => code === 'dpkg-interrupted')
      .map((finding) => ({ ...finding, severity: 'risk' }));
  if (inTheWay.length > 0) return inTheWay;
  return [
    {
      code: 'packages-missing',
      severity: 'missing',
      saw: `Not installed: ${missing.join(', ')}.`,
      because:
        "Hermes is a git checkout with its own Python environment; gh gives git the sign-in for its repository, and sqlite3 reads Open WebUI's database.",
      fixes: [
        {
          id: 'install-packages',
          title: `Install ${missing.join(', ')}`,
          actions: installActions(apt, missing),
        },
      ],
    },
  ];
}

/** Step 1: what the clone, pip and the later steps are done with. Kept short, so that they can start early. */
export const packagesTask: OttoTask<PackagesFacts> = {
  id: 'packages',
  title: 'Packages',
  step: 'Step 1',
  why: 'These tools fetch and build Hermes. On a fresh droplet the first security updates may still be running: otto-install waits for them, since only one program can install at a time.',
  needs: ['machine'],
  look,
  judge,
};
