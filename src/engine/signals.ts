import type { Run } from './contracts/run.ts';

const REASONS: Readonly<Record<'SIGINT' | 'SIGTERM' | 'SIGHUP', string>> = {
  SIGINT: 'stopped with Ctrl-C',
  SIGTERM: 'stopped by SIGTERM',
  SIGHUP: 'the terminal or the ssh connection was closed',
};

/**
 * Lets signals end a run safely instead of ending the process at once. The caller waits for the run's result and then
 * exits. Also keeps the process alive when its terminal is gone. Returns a function that undoes all this.
 */
export function stopOnSignals(run: Pick<Run, 'stop'>): () => void {
  const handlers = Object.entries(REASONS).map(([signal, reason]) => {
    const handler = () => run.stop(reason);
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
