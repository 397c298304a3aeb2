import type { Finding } from '../engine/contracts/task.ts';
import type { SeenLine } from '../run/shown-line.ts';
import type { MachineFacts } from '../tasks/machine/facts.ts';
import { PORTS_HELD } from '../tasks/machine/findings.ts';

/** What is known of a machine before anything is asked. */
export interface FirstLook {
  /** Whether an Otto's data is on this machine. */
  readonly installed: boolean;
  readonly lines: readonly SeenLine[];
  /** Who works on it right now: then nobody else may. */
  readonly busy?: string;
  /** How the last run ended. */
  readonly last?: SeenLine;
  /** Whether the answers of the last run are kept, so that they need not be given again. */
  readonly answered: boolean;
  /** Enough is known about the Otto here to look at all of it, on its home screen. */
  readonly home?: true;
}

const GIB = 1024 ** 3;
const GB = 1_000_000_000;

/** What this machine is, in a few lines; the findings say what is wrong with it. */
export function firstLookLines(facts: MachineFacts, findings: readonly Finding[]): readonly SeenLine[] {
  const reached = facts.probes.filter(({ result }) => result.ok).map(({ service }) => service.name);
  const about = [
    facts.os.prettyName,
    ...(facts.systemd ? ['systemd'] : []),
    ...(facts.root ? ['root'] : []),
  ].join(', ');
  const size = [
    `${facts.cpus} vCPU`,
    `${Math.round(facts.memory / GIB)} GB memory`,
    ...(facts.disk === undefined ? [] : [`${Math.floor(facts.disk.free / GB)} GB disk free`]),
  ].join(' · ');
  const held = findings.some(({ code }) => code in PORTS_HELD);
  const healthy = (text: string): SeenLine => ({ mark: 'healthy', text });
  return [
    healthy(about),
    healthy(size),
    ...(reached.length === 0
      ? []
      : [healthy(`Reached: ${reached.join(', ').replaceAll(', The ', ', the ')}`)]),
    ...(held || facts.installed ? [] : [healthy('Ports 80 443 3000 8080 8642 are free')]),
    ...findings.map(
      ({ severity, evidence }): SeenLine => ({
        mark: severity === 'risk' ? 'risk' : severity === 'missing' ? 'waiting' : 'broken',
        text: evidence,
      }),
    ),
  ];
}
