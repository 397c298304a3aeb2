import { STATE_FOLDER } from '../../answers/layout.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { isDebianFamily, type OsRelease } from '../../system/os.ts';
import type { MachineFacts } from './facts.ts';

/** Where the operator's consent to an untested system is kept. */
export const ACCEPTED_OS = `${STATE_FOLDER}/accepted-os`;

/** Whether the steps can be taken on this system at all. Pure. */
export function judgeSystem({
  root,
  os,
  acceptedOs,
  architecture,
  systemd,
}: MachineFacts): readonly Finding[] {
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
          id: 'accept-system',
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
