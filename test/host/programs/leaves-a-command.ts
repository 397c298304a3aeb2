/** Starts a command that would take a minute, says its process id, and ends; 'may be ended' or not, as the argument says. */
import { LocalHost } from '../../../src/host/local.ts';

const mayBeEnded = process.argv[2] === 'may be ended';
new LocalHost().exec(['sh', '-c', 'echo $$; exec sleep 60'], {
  timeoutMs: 60_000,
  ...(mayBeEnded ? { signal: new AbortController().signal } : {}),
  onLine: (pid) => {
    process.stdout.write(pid);
    process.exit(0);
  },
});
