import type { Argv } from '../../host/host.ts';

/** Something that was killed because memory ran out. */
export interface MemoryKill {
  /** ms since 1970 */
  readonly at: number;
  /** 'hermes-gateway.service', 'python' */
  readonly what: string;
}

/**
 * Asks the journal of the last day which processes the kernel killed for lack of memory: the kernel says so itself, and
 * systemd for its services (also where the kernel's own messages do not get into the journal, as in a container).
 * Output: {@link parseMemoryKills}.
 */
export const SHOW_MEMORY_KILLS: Argv = [
  ...(['journalctl', '--no-pager', '--quiet', '--output=short-unix', '--since=-24h', '--lines=50'] as const),
  '--grep=killed by the oom killer|out of memory: killed process',
  'SYSLOG_IDENTIFIER=kernel',
  '+',
  'SYSLOG_IDENTIFIER=systemd',
];

/** Reads {@link SHOW_MEMORY_KILLS}, oldest first. */
export function parseMemoryKills(output: string): readonly MemoryKill[] {
  return output.split('\n').flatMap((line): MemoryKill[] => {
    const [, seconds, message = ''] = /^(\d+\.\d+) \S+ [^:]+: (.*)$/.exec(line) ?? [];
    if (seconds === undefined) return [];
    const what =
      /^(\S+): .*killed by the OOM killer/i.exec(message)?.[1] ??
      /Killed process \d+ \(([^)]+)\)/i.exec(message)?.[1];
    return what === undefined ? [] : [{ at: Math.round(Number(seconds) * 1000), what }];
  });
}

/** Asks Docker the same about containers, for the 24 hours before `nowMs`. Output: {@link parseContainerKills}. */
export function showContainerKills(nowMs: number): Argv {
  const now = Math.floor(nowMs / 1000);
  return [
    ...(['docker', 'events', '--filter=event=oom', '--format={{.Time}} {{.Actor.Attributes.name}}'] as const),
    `--since=${now - 86_400}`,
    `--until=${now}`,
  ];
}

/** Reads {@link showContainerKills}, oldest first. */
export function parseContainerKills(output: string): readonly MemoryKill[] {
  return output.split('\n').flatMap((line): MemoryKill[] => {
    const [, seconds, name] = /^(\d+) (\S+)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ at: Number(seconds) * 1000, what: `the container ${name}` }];
  });
}
