import type { Run } from './contracts/run.ts';

const REASONS: Readonly<Record<'SIGINT' | 'SIGTERM' | 'SIGHUP', string>> = {
  SIGINT: 'stopped with Ctrl-C',
  SIGTERM: 'stopped by SIGTERM',
  SIGHUP: 'the terminal or the ssh connection was closed',
};

/**
 * Lets signals end a run safely instead of ending the process at once; one that has a process of its own goes on when the
 * terminal is gone or this process is ended. The caller waits for the run's result and then exits. Also keeps the process alive when its terminal is gone. Returns a function that undoes all this.
 */
export function stopOnSignals(run: Pick<Run, 'stop' | 'detached'>): () => void {
  const handlers = Object.entries(REASONS).map(([signal, reason]) => {
    const handler = () => {
      if (signal !== 'SIGINT' && run.detached !== undefined) run.detached.leave();
      else run.stop(reason);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  const ignore = () => undefined;
  const streams = [process.stdin, process.stdout, process.stderr];
  for (const stream of streams) stream.on('error', ignore);
  return () => {
    for (const undo of handlers) undo();
    for (const stream of streams) stream.off('error', ignore);
  };
}
