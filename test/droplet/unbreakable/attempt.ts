import type { Place } from '../operate/part.ts';
import { chat, untilHealthy } from '../operate/truth.ts';
import { belongings, lost } from '../runner/faults/survives.ts';
import { killAt, type Told } from './killing.ts';
import type { Flow, Made, Point } from './point.ts';
import type { Wanted } from './points.ts';
import type { Row } from './row.ts';

/** Kills there, starts otto-install once more, and looks whether all is well and all is there. Never throws: what went wrong is in the row. */
export async function attempt(place: Place, wanted: Wanted): Promise<Row> {
  const startedAt = Date.now();
  const base = { name: wanted.name, group: wanted.group, kind: 'flow' in wanted ? 'hit' : 'made' } as const;
  const row = () => ({ ...base, seconds: (Date.now() - startedAt) / 1000 });
  let at = '';
  try {
    const before = await belongings(place.droplet);
    const what = 'flow' in wanted ? await hit(place, wanted) : await make(place, wanted);
    at = what.at;
    const again = await onceMore(place, 'flow' in wanted ? '--yes' : (wanted.again ?? '--yes'));
    await untilHealthy(place, 120);
    await chat(place);
    const changes = 'flow' in wanted ? (wanted.flow.changes?.(place) ?? []) : [];
    const missing = lost(before, await belongings(place.droplet)).filter(
      (sentence) => !changes.some((name) => sentence === `${name} is another`),
    );
    if ('flow' in wanted) await wanted.flow.after?.(place);
    const done = {
      ...row(),
      at,
      againSeconds: again.seconds,
      waited: again.waited,
      lost: missing,
      reached: what.reached,
    };
    return missing.length === 0 ? done : { ...done, failure: `lost: ${missing.join(', ')}` };
  } catch (error) {
    return { ...row(), at, reached: true, failure: error instanceof Error ? error.message : String(error) };
  }
}

async function make({ droplet }: Place, { make: script }: Made) {
  await droplet.must(['sh', '-euc', script], { timeoutMs: 180_000 });
  return { at: 'made', reached: true };
}

async function hit(place: Place, point: Point): Promise<{ readonly at: string; readonly reached: boolean }> {
  for (let tries = 1; ; tries += 1) {
    await point.flow.prepare?.(place);
    const told = await killAt(place.droplet, point);
    // What is offered in turn had been there already, which shows once it was fetched.
    if (told.state === 'ended' && told.begun.length < point.action && tries < 2 && isUpdate(point.flow))
      continue;
    if (told.state === 'killed') return { at: describe(told), reached: true };
    if (told.state === 'late') throw new Error(`it came to no action: ${told.output}`);
    return { at: `ended with ${told.exit ?? '?'} after ${told.begun.length} actions`, reached: false };
  }
}

const isUpdate = ({ name }: Flow) => name.startsWith('update ');

/** What was at work, and below the engine. */
function describe({ begun, open = [], children = [] }: Told): string {
  const action = open.length > 0 ? open.join(' + ') : `after ${begun.at(-1) ?? 'nothing'}`;
  const below = children
    .filter((name) => !/^\/usr\/bin\/setpriv/.test(name))
    .map((name) => name.split(' ')[0]?.split('/').at(-1));
  return below.length === 0 ? action : `${action} [${[...new Set(below)].join(' ')}]`;
}

/** One more run, at once. Throws with the end of what it printed when it does not end well. */
async function onceMore(
  place: Place,
  words: string,
): Promise<{ readonly seconds: number; readonly waited: string | undefined }> {
  const startedAt = Date.now();
  const { exitCode, stdout, stderr } = await place.run(`otto-install ${words}`, 8 * 60_000);
  const text = `${stdout}\n${stderr}`;
  if (exitCode !== 0)
    throw new Error(
      `one more run (${words}) ended with ${exitCode}:\n${text.trimEnd().split('\n').slice(-30).join('\n')}`,
    );
  return { seconds: (Date.now() - startedAt) / 1000, waited: /left at work: ([^\n]*)/.exec(text)?.[1] };
}
