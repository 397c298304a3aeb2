import { found } from '../finding.ts';
import type { MachineFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

const GB = 1_000_000_000;
const GIB = 1024 ** 3;

/**
 * The runbook asks for 2 vCPU, 8 GB and 40 GB; a droplet sold with 8 GB shows 7.7 of them, one with 40 GB of disk 38.
 * Open WebUI dies on 1 to 2 GB of memory, and its image takes up to 6 GB of disk (facts: open-webui A6).
 */
export function judgeSize({
  cpus,
  memory,
  swap,
  disk,
  dockerDisk,
  installed,
}: MachineFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const gb = (bytes: number) => `${(bytes / GB).toFixed(1)} GB`;
  const small: string[] = [];
  if (cpus < 2) small.push(`${cpus} processor`);
  if (memory + swap < 2.3 * GIB)
    findings.push(
      found(FINDINGS['memory-far-too-small'], {
        evidence: `This machine has ${gb(memory)} of memory${swap > 0 ? ` and ${gb(swap)} of swap` : ''}.`,
      }),
    );
  else if (memory < 7 * GIB) small.push(`${gb(memory)} of memory`);
  if (disk !== undefined && !installed && disk.free < 8 * GB)
    findings.push(found(FINDINGS['disk-far-too-small'], { evidence: `${gb(disk.free)} of disk are free.` }));
  else if (disk !== undefined && disk.size < 36 * GB) small.push(`${gb(disk.size)} of disk`);
  if (dockerDisk !== undefined && dockerDisk.target !== '/' && !installed && dockerDisk.free < 8 * GB)
    findings.push(
      found(FINDINGS['disk-far-too-small'], {
        evidence: `Docker keeps its images on a disk of its own at ${dockerDisk.target}, which has ${gb(dockerDisk.free)} free.`,
      }),
    );
  if (small.length > 0)
    findings.push(found(FINDINGS['machine-small'], { evidence: `This machine has ${small.join(' and ')}.` }));
  return findings;
}
