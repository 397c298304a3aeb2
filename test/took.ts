/** ms of this thread's own work that something takes: what else the machine has to do counts little. */
export function took(work: () => unknown): number {
  // Since Node 24; before that the clock has to do.
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  const now = () => {
    if (threadCpuUsage === undefined) return performance.now();
    const { user, system } = threadCpuUsage.call(process);
    return (user + system) / 1_000;
  };
  const before = now();
  work();
  return now() - before;
}
