/** A move of HEAD, as git notes it in .git/logs/HEAD. */
export interface HeadMove {
  readonly from: string;
  readonly to: string;
  readonly atMs: number;
  /** 'checkout: moving from client to main', 'pull: Fast-forward', 'reset: moving to origin/main' */
  readonly how: string;
}

/** Reads .git/logs/HEAD (or another ref's). Lines that it does not know are left out. */
export function parseReflog(text: string): readonly HeadMove[] {
  return text.split('\n').flatMap((line) => {
    const [, from = '', to = '', seconds, how = ''] =
      /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) .*> (\d+) [+-]\d{4}(?:\t(.*))?$/.exec(line) ?? [];
    return seconds === undefined ? [] : [{ from, to, atMs: Number(seconds) * 1000, how }];
  });
}

/** The commit that was checked out at a moment. Undefined without a move to tell it by. */
export function commitAt(moves: readonly HeadMove[], ms: number): string | undefined {
  return moves.findLast(({ atMs }) => atMs <= ms)?.to ?? moves[0]?.from;
}

/** The branch that was left since then, by the first checkout that says so. */
export function branchLeft(moves: readonly HeadMove[], since: number): string | undefined {
  return moves
    .filter(({ atMs }) => atMs > since)
    .flatMap(({ how }) => /^checkout: moving from (\S+) to /.exec(how)?.[1] ?? [])
    .find((name) => !/^[0-9a-f]{40}$/.test(name));
}
