/**
 * When a process was started, in clock ticks since boot, from the text of its /proc/PID/stat: with it a pid is not confused with
 * a later process of the same number. Field 22 (proc_pid_stat(5)); the name in field 2 may hold blanks and brackets.
 * Undefined: not there.
 */
export function startTicksOf(stat: string | undefined): string | undefined {
  return stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .trim()
    .split(' ')[19];
}
