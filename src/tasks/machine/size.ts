import type { Finding } from '../../engine/contracts/task.ts';
import type { MachineFacts } from './facts.ts';

const GB = 1_000_000_000;
const GIB = 1024 ** 3;

/**
 * The runbook asks for 2 vCPU, 8 GB and 40 GB; a droplet sold with 8 GB shows 7.7 of them, one with 40 GB of disk 38.
 * Open WebUI dies on 1 to 2 GB of memory, and its image takes up to 6 GB of disk (facts: open-webui A6).
 */
export function judgeSize({ cpus, memory, swap, disk, installed }: MachineFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const gb = (bytes: number) => `${(bytes / GB).toFixed(1)} GB`;
  const small: string[] = [];
  if (cpus < 2) small.push(`${cpus} processor`);
  if (memory + swap < 2.3 * GIB)
    findings.push({
      code: 'memory-far-too-small',
      severity: 'blocked',
      saw: `This machine has ${gb(memory)} of memory${swap > 0 ? ` and ${gb(swap)} of swap` : ''}.`,
      because:
        'Open WebUI alone needs more than 1 GB when it starts, and Hermes, Paperclip and Docker come on top. With less than 2.5 GB the system ends one of them in the middle of its work. Take a bigger droplet, or add swap.',
      ifSkipped: 'Open WebUI will probably not get through its first start.',
      fixes: [],
    });
  else if (memory < 7 * GIB) small.push(`${gb(memory)} of memory`);
  if (disk !== undefined && !installed && disk.free < 8 * GB)
    findings.push({
      code: 'disk-far-too-small',
      severity: 'blocked',
      saw: `${gb(disk.free)} of disk are free.`,
      because: "Open WebUI's image alone takes up to 6 GB, Hermes 1 GB, and both grow.",
      ifSkipped: 'Pulling the image will probably fill the disk, and then nothing works.',
      fixes: [],
    });
  else if (disk !== undefined && disk.size < 36 * GB) small.push(`${gb(disk.size)} of disk`);
  if (small.length > 0)
    findings.push({
      code: 'machine-small',
      severity: 'risk',
      saw: `This machine has ${small.join(' and ')}.`,
      because:
        'The runbook asks for 2 processors, 8 GB of memory and 40 GB of disk. It will work for a few people; long answers, big uploads and updates (which need room for two images) are where it becomes tight.',
      fixes: [],
    });
  return findings;
}
