import type { Viewer, Watching } from '../engine/contracts/run.ts';

/** Whether somebody else decides what is done. */
export function watchesOnly({ you, decides }: Watching): boolean {
  return you !== undefined && decides !== undefined && decides !== you;
}

/** Who else watches, and who decides, as a sentence; undefined where nobody else watches. `how`: how one decides here. */
export function watchingText({ you, decides, viewers }: Watching, how: string): string | undefined {
  const others = viewers.filter(({ id }) => id !== you);
  if (you === undefined || others.length === 0) return undefined;
  const decider = others.find(({ id }) => id === decides);
  return decider === undefined
    ? `${others.map(seat).join(' and ')} ${others.length === 1 ? 'watches' : 'watch'}; you decide here.`
    : `${seat(decider)} decides, you watch. ${how}`;
}

/** 'pts/1 from 203.0.113.5' */
function seat({ terminal, from, pid }: Viewer): string {
  const where = terminal?.replace('/dev/', '') ?? `process ${pid}`;
  return from === undefined ? where : `${where} from ${from}`;
}
