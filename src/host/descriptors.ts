import { closeSync, fstatSync, readdirSync, readFileSync } from 'node:fs';

/** In the flags of proc_pid_fdinfo(5): closed when another program is started. */
const CLOSE_ON_EXEC = 0o2000000;

/** In the same flags: the two bits that say how it was opened; 0 is for reading alone. */
const ACCESS_MODE = 0o3;

/** What a thread of Node's opens gets the lowest number that is free, which is never as high as this. */
const HIGHEST_OF_OURS = 64;

let closed = false;

/**
 * Closes, once, what whoever started us has left open beside the three standard streams: every command would get it, those of
 * other users too, and they could read or write there. Node closes the low ones only. What Node itself opens is never
 * passed on, but for one thing: threads of OpenSSL read certificates (NODE_EXTRA_CA_CERTS) without saying so. Closing such a
 * file under them was seen to end the whole program without a word: the number was another file's by the time they closed it.
 */
export function closeInherited(): void {
  if (closed) return;
  closed = true;
  for (const name of list()) {
    const fd = Number(name);
    if (fd <= 2 || !isInherited(fd)) continue;
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

function isInherited(fd: number): boolean {
  try {
    const said = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    return said !== undefined && mayBeClosed(fd, Number.parseInt(said, 8), fstatSync(fd).isFile());
  } catch {
    return false;
  }
}

/** Pure. Whether it was left open by others, and surely is no file that a thread of ours is reading right now. */
export function mayBeClosed(fd: number, flags: number, isFile: boolean): boolean {
  if ((flags & CLOSE_ON_EXEC) !== 0) return false;
  return !(isFile && fd < HIGHEST_OF_OURS && (flags & ACCESS_MODE) === 0);
}
