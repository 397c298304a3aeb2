import type { Action } from '../../engine/contracts/action.ts';
import { command, writeFile } from '../../engine/contracts/command.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { things } from '../../engine/contracts/thing.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import type { Host } from '../../host/host.ts';
import {
  type MemoryKill,
  parseContainerKills,
  parseMemoryKills,
  SHOW_MEMORY_KILLS,
  showContainerKills,
} from '../../system/services/oom.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Whether the memory was enough. */
export interface MemoryFacts {
  /** Of the last day, oldest first, without those that were answered already. */
  readonly kills: readonly MemoryKill[];
  /** Bytes. */
  readonly swap: number;
  readonly memory: number;
  /** In a container the host is responsible for swap. */
  readonly canSwap: boolean;
  readonly fstab: string;
}

/** Up to when kills were answered, ms since 1970. */
const ANSWERED = `${STATE_DIR}/memory-ran-out`;
const SWAP_FILE = '/swapfile';
const GIB = 1024 ** 3;

/** Looks which processes the kernel killed. */
export async function lookAtMemory(
  host: Host,
  machine: Pick<MemoryFacts, 'memory' | 'swap'>,
): Promise<MemoryFacts> {
  const [journal, events, answered, container, fstab, swapFile] = await Promise.all([
    host.exec(SHOW_MEMORY_KILLS, { timeoutMs: 5_000 }),
    host.exec(showContainerKills(host.now()), { timeoutMs: 5_000 }),
    host.readFile(ANSWERED),
    host.stat('/run/systemd/container'),
    host.readFile('/etc/fstab'),
    host.stat(SWAP_FILE),
  ]);
  const until = Number(answered?.trim() ?? 0);
  return {
    memory: machine.memory,
    swap: machine.swap,
    kills: [...parseMemoryKills(journal.stdout), ...parseContainerKills(events.stdout)]
      .filter(({ at }) => at > until)
      .sort((a, b) => a.at - b.at),
    canSwap: container === undefined && swapFile === undefined,
    fstab: fstab ?? '',
  };
}

/** What to do about it; empty when the memory was enough. */
export function judgeMemory(facts: MemoryFacts): readonly Finding[] {
  const { kills, swap, memory, canSwap } = facts;
  const last = kills.at(-1);
  if (last !== undefined) {
    const seen: Action = writeFile(ANSWERED, `${last.at}\n`, 0o644, 'Remember that this one was handled');
    const noted: Fix = {
      id: 'acknowledge',
      title: 'Accept that it happened, and report only the next time',
      consequence: 'Nothing changes, so it can happen again.',
      actions: [seen],
    };
    const names = [...new Set(kills.map(({ what }) => what))].join(', ');
    const often = kills.length === 1 ? 'once' : `${kills.length} times`;
    return [
      found(FINDINGS['memory-ran-out'], {
        evidence: `This machine ran out of memory in the last 24 hours, and the kernel killed ${names} (${often}, last at ${new Date(last.at).toISOString().slice(11, 16)} UTC).`,
        fixes: canSwap && swap === 0 ? [swapFix(facts, [seen]), noted] : [noted],
      }),
    ];
  }
  if (canSwap && swap === 0 && memory < 3.5 * GIB)
    return [
      found(FINDINGS['swap-missing'], {
        evidence: `This machine has ${(memory / 1e9).toFixed(1)} GB of memory and no swap.`,
        fixes: [swapFix(facts, [])],
      }),
    ];
  return [];
}

function swapFix({ fstab }: MemoryFacts, more: readonly Action[]): Fix {
  return {
    id: 'add-swap',
    title: 'Add 2 GB of swap',
    consequence: 'The swap file takes 2 GB of the disk.',
    actions: [
      command(['fallocate', '--length', '2GiB', SWAP_FILE], 'Create the swap file', {
        timeoutMs: 120_000,
        makes: things('file', SWAP_FILE),
      }),
      command(['chmod', '0600', SWAP_FILE], 'Keep others from reading the swap file'),
      command(['mkswap', SWAP_FILE], 'Format it as swap', { timeoutMs: 120_000 }),
      command(['swapon', SWAP_FILE], 'Turn on the swap'),
      writeFile(
        '/etc/fstab',
        `${fstab}${fstab === '' || fstab.endsWith('\n') ? '' : '\n'}${SWAP_FILE} none swap sw 0 0\n`,
        0o644,
        'Turn on the swap at every boot',
      ),
      ...more,
    ],
  };
}
