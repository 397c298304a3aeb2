import type { Host } from '../../host/host.ts';

/**
 * Milliseconds since some moment, for how long something takes or is waited for. On a machine they do not come from its clock: that
 * may be put right by hours in the middle of a run, and nothing may be waited for as long as that. A rehearsal has one time for everything.
 */
export function stopwatch(host: Pick<Host, 'kind' | 'now'>): number {
  return host.kind === 'local' ? Math.round(performance.now()) : host.now();
}
