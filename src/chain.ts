import { type RunModel, taskOf } from './view-model.ts';
import type { Mark } from './wording.ts';

/** A station on the way of a question from the browser to Claude, and the way that leads to it. */
export interface Station {
  readonly name: string;
  readonly mark: Mark;
  /** Undefined for the first one. */
  readonly way?: 'whole' | 'cut' | 'unknown';
}

const STATIONS: readonly { readonly name: string; readonly is: string[]; readonly way: string[] }[] = [
  { name: 'nginx', is: ['nginx-site'], way: ['domain', 'certificate'] },
  { name: 'Open WebUI', is: ['open-webui', 'first-admin'], way: ['first-login'] },
  { name: 'Hermes', is: ['hermes-service', 'hermes-config', 'hermes-code'], way: ['bridge', 'firewall'] },
  { name: 'Claude', is: ['claude'], way: ['first-login'] },
];

/**
 * The way of a question as a picture, as far as this run knows it; undefined when what needs the operator is not on it.
 * The way to a station counts as cut when `cut` is one of the tasks that make it.
 */
export function chain(run: RunModel, cut: string): readonly Station[] | undefined {
  const onTheWay = STATIONS.some(({ is, way }) => is.includes(cut) || way.includes(cut));
  // first-login looks at all of it; where the fault is only its finding says.
  if (!onTheWay || cut === 'first-login') return undefined;
  return [
    { name: 'browser', mark: 'healthy' },
    ...STATIONS.map(({ name, is, way }) => ({
      name,
      mark: is.includes(cut) ? ('broken' as const) : stationMark(run, is),
      way: way.includes(cut) ? ('cut' as const) : wayState(run, way),
    })),
  ];
}

function stationMark(run: RunModel, ids: readonly string[]): Mark {
  const states = ids.flatMap((id) => taskOf(run, id)?.state ?? []);
  if (states.some((state) => state === 'asking' || state === 'unhealthy')) return 'broken';
  return states.length > 0 && states.every((state) => state === 'healthy') ? 'healthy' : 'waiting';
}

function wayState(run: RunModel, ids: readonly string[]): 'whole' | 'unknown' {
  return ids.every((id) => taskOf(run, id)?.state === 'healthy') ? 'whole' : 'unknown';
}
