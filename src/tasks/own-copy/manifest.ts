/** Sums of files by their names, from lines as sha256sum writes and reads them: '<sum>  <name>', or '<sum> *<name>'. */
function sumsIn(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => /^(?<sum>[0-9a-f]{64}) [ *](?<name>.+)$/.exec(line)?.groups);
  return new Map(
    lines.flatMap((groups) => (groups === undefined ? [] : [[groups.name ?? '', groups.sum ?? '']])),
  );
}

/** The files that a list of checksums has. */
export function namesIn(manifest: string): readonly string[] {
  return [...sumsIn(manifest).keys()];
}

/** Whether there is a sum of each of these files among them. */
export function isSaidOfEach(names: readonly string[], seen: string): boolean {
  const sums = sumsIn(seen);
  return names.every((name) => sums.has(name));
}

/** Whether these sums are those of the list: each of them, and no line of the list that is none. */
export function isWhatIsListed(manifest: string, seen: string): boolean {
  const listed = sumsIn(manifest);
  const sums = sumsIn(seen);
  const isWholeList = listed.size === manifest.trimEnd().split('\n').length;
  return isWholeList && listed.size > 0 && [...listed].every(([name, sum]) => sums.get(name) === sum);
}
