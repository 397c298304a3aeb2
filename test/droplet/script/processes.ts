import type { Droplet } from '../machine/droplet.ts';
import { pause } from '../machine/shell.ts';

/** Looks at the command lines of all processes from time to time. */
export interface ProcessWatch {
  /** Ends it; returns every command line that was seen. Throws when otto-install's own is not among them. */
  stop(): Promise<readonly string[]>;
}

/** Starts to look, twice a second, at what `ps` shows every user of the droplet. */
export function watchProcesses(droplet: Droplet): ProcessWatch {
  const seen = new Set<string>();
  let over = false;
  const watching = (async () => {
    while (!over) {
      const list = ['ps', '-e', '-ww', '-o', 'args='];
      // A droplet that is gone ends the story anyway, with a better reason.
      const outcome = await droplet.exec(list, { timeoutMs: 10_000 }).catch(() => undefined);
      if (outcome === undefined) return;
      for (const line of outcome.stdout.split('\n')) seen.add(line);
      await pause(500);
    }
  })();
  return {
    async stop() {
      over = true;
      await watching;
      const lines = [...seen];
      if (!lines.some((line) => line.includes('otto-install'))) {
        throw new Error('otto-install was never in the list of processes: it was not looked at');
      }
      return lines;
    },
  };
}
