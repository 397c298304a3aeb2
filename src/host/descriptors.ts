import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** In the flags of proc_pid_fdinfo(5): closed when another program is started. */
const CLOSE_ON_EXEC = 0o2000000;

let closed = false;

/**
 * Closes, once, what whoever started us has left open beside the three standard streams: every command would get it, those of
 * other users too, and they could read or write there. Node closes the low ones only. What Node itself opens is never
 * passed on.
 */
export function closeInherited(): void {
  if (closed) return;
  closed = true;
  for (const name of list()) {
    const fd = Number(name);
    if (fd <= 2 || !isPassedOn(name)) continue;
    try {
      closeSync(fd);
    } catch {
      // It is closed by now.
    }
  }
}

function list(): readonly string[] {
  try {
    return readdirSync('/proc/self/fd');
  } catch {
    return [];
  }
}

function isPassedOn(name: string): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}
