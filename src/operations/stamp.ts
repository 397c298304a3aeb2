/** A time as part of a file's name: 20261122-195500, UTC. `ms` since 1970. */
export function stamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
