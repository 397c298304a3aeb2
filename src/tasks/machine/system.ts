import { writeFile } from '../../engine/contracts/command.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import { isDebianFamily, type OsRelease } from '../../system/os.ts';
import { found } from '../finding.ts';
import type { MachineFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Where the operator's consent to an untested system is kept. */
export const ACCEPTED_OS = `${STATE_DIR}/accepted-os`;

/** Whether the steps can be taken on this system at all. Pure. */
export function judgeSystem({
  root,
  os,
  acceptedOs,
  architecture,
  systemd,
}: MachineFacts): readonly Finding[] {
  const findings: Finding[] = [];
  if (!root) findings.push(found(FINDINGS['not-root'], { evidence: 'The wizard does not run as root.' }));
  if (!isDebianFamily(os))
    findings.push(found(FINDINGS['os-unknown'], { evidence: `This machine runs ${os.prettyName}.` }));
  else if (!(os.id === 'ubuntu' && os.versionId === '24.04') && acceptedOs !== osName(os))
    findings.push(
      found(FINDINGS['os-untested'], {
        evidence: `This machine runs ${os.prettyName}.`,
        fixes: [
          {
            id: 'accept-system',
            title: `Continue with ${os.prettyName}`,
            consequence: 'Problems that nobody has seen yet may come up.',
            actions: [
              writeFile(
                ACCEPTED_OS,
                `${osName(os)}\n`,
                0o644,
                'Remember that, so that otto-install does not ask again',
              ),
            ],
          },
        ],
      }),
    );
  if (architecture !== 'x86_64' && architecture !== 'aarch64')
    findings.push(
      found(FINDINGS['architecture-unknown'], {
        evidence: `The processor type is "${architecture}".`,
      }),
    );
  if (!systemd)
    findings.push(found(FINDINGS['no-systemd'], { evidence: 'systemd does not run this machine.' }));
  return findings;
}

function osName({ id, versionId, codename }: OsRelease): string {
  return `${id} ${versionId === '' ? codename : versionId}`;
}
