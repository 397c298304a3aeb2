/** Bytes for people: '640 MB', '66 GB'. */
export function inMB(bytes: number): string {
  return bytes < 10_000_000_000
    ? `${Math.round(bytes / 1_000_000)} MB`
    : `${Math.round(bytes / 1_000_000_000)} GB`;
}

/** Bytes that are only roughly known: '430 MB', '1.9 GB'. */
export function roughSize(bytes: number): string {
  return bytes < 1_000_000_000
    ? `${Math.ceil(bytes / 10_000_000) * 10} MB`
    : `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}
