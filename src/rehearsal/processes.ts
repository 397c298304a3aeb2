import type { Machine, Process } from './machine.ts';

/** Starts a process: what /proc says about it is there from now on. Returns its number. */
export function startProcess(machine: Machine, process: Omit<Process, 'pid' | 'startedMs'>): number {
  const pid = machine.nextPid();
  machine.processes.set(pid, { ...process, pid, startedMs: machine.now() });
  machine.files.put(`/proc/${pid}/cmdline`, process.command.map((word) => `${word}\0`).join(''));
  machine.files.put(`/proc/${pid}/cgroup`, `0::/system.slice/${process.unit}\n`);
  listLocks(machine);
  return pid;
}

/** Ends a process, and with it its ports and locks. */
export function endProcess(machine: Machine, pid: number): void {
  machine.processes.delete(pid);
  machine.files.remove(`/proc/${pid}`);
  for (const [port, listener] of machine.listeners) if (listener.pid === pid) machine.listeners.delete(port);
  listLocks(machine);
}

/** /proc/locks: '3: FLOCK  ADVISORY  WRITE 1548 00:5f:4392540 0 EOF'. */
function listLocks(machine: Machine): void {
  const lines = [...machine.processes.values()]
    .flatMap(({ pid, locks }) => locks.map(() => pid))
    .map((pid, index) => `${index + 1}: FLOCK  ADVISORY  WRITE ${pid} 00:5f:${4392540 + index} 0 EOF\n`);
  machine.files.put('/proc/locks', lines.join(''));
}
