import type { Layout } from '../../answers/layout.ts';
import type { Thing } from '../../engine/contracts/thing.ts';
import type { NotedThing } from '../../engine/records/ledger-file.ts';
import { notedThings } from '../../engine/records/ledger-things.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import type { Host } from '../../host/host.ts';
import { type History, readHistory } from './history-1.0.ts';

/** Who made what on this machine. */
export interface Origins {
  /** Whether anything says so at all: a ledger that damage or a person took away says nothing. */
  readonly known: boolean;
  /** What we made and have not removed since; whether it is still there is for a look to say. */
  made(kind: Thing['kind']): readonly string[];
  /** Whether a file was there before ours; `noted`: what the ledger says. */
  wasThere(path: string, noted: boolean | undefined): boolean;
}

/** Reads the ledger, and the journals of release 1.0.0. */
export async function lookAtOrigins(host: Host, place: Pick<Layout, 'gh' | 'claude'>): Promise<Origins> {
  const folder = `${STATE_DIR}/journal`;
  const names = ((await host.list(folder)) ?? []).filter((name) => name.endsWith('.jsonl')).sort();
  const [noted, ...journals] = await Promise.all([
    notedThings(host),
    ...names.map((name) => host.readFile(`${folder}/${name}`)),
  ]);
  return origins(
    noted,
    readHistory(
      journals.map((journal) => journal ?? ''),
      place,
    ),
  );
}

/** Pure. The ledger counts; what release 1.0.0 had made was there before it, and is ours anyway until it is removed. */
export function origins(noted: readonly NotedThing[] | undefined, history: History): Origins {
  const entries = noted ?? [];
  const removed = new Set(
    entries.flatMap(({ kind, name, state }) => (state === 'removed' ? [`${kind} ${name}`] : [])),
  );
  return {
    known: noted !== undefined || history.known,
    made: (kind) => [
      ...new Set([
        ...history.things
          .filter((thing) => thing.kind === kind && !removed.has(`${kind} ${thing.name}`))
          .map(({ name }) => name),
        ...entries.filter((entry) => entry.kind === kind && entry.state === 'made').map(({ name }) => name),
      ]),
    ],
    wasThere: (path, found) => found ?? history.files[path] === false,
  };
}
