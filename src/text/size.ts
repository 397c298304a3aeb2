/** Bytes for people: '640 MB', '66 GB'. */
export function inMB(bytes: number): string {
  return bytes < 10_000_000_000
    ? `${Math.round(bytes / 1_000_000)} MB`
    : `${Math.round(bytes / 1_000_000_000)} GB`;
}
