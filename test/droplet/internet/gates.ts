/**
 * Gates before hosts: what is asked behind a closed one waits until it is opened, and is then answered as if nothing had been. A
 * scenario has all the time that it wants while something is fetched, on a fast machine and on a slow one.
 */
import type { HostName } from './names.ts';

/** What scenarios may do with gates. */
export interface GatesControl {
  /** Closes the gate before a host, for all paths that contain `part` ('.deb'); all, when it is empty. */
  close(host: HostName, part: string): Promise<void>;
  /** How many requests wait at it. */
  waiting(host: HostName): Promise<number>;
  /** Lets through what waits, and everything from now on. */
  open(host: HostName): Promise<void>;
}

export interface Gates {
  readonly control: GatesControl;
  /** Resolves when a request may go on. */
  pass(host: HostName, path: string): Promise<void>;
}

interface Gate {
  readonly part: string;
  readonly waiting: (() => void)[];
}

/** All of them open. */
export function createGates(): Gates {
  const closed = new Map<HostName, Gate>();
  const open = (host: HostName) => {
    const gate = closed.get(host);
    closed.delete(host);
    for (const go of gate?.waiting ?? []) go();
  };
  return {
    control: {
      async close(host, part) {
        open(host);
        closed.set(host, { part, waiting: [] });
      },
      waiting: async (host) => closed.get(host)?.waiting.length ?? 0,
      open: async (host) => open(host),
    },
    pass(host, path) {
      const gate = closed.get(host);
      if (gate === undefined || !path.includes(gate.part)) return Promise.resolve();
      return new Promise((resolve) => gate.waiting.push(resolve));
    },
  };
}
