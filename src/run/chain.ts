import type { FindingView } from '../engine/contracts/event.ts';
import { cutOf } from '../tasks/findings.ts';
import { LINE, type Link } from '../tasks/line.ts';
import { AT_REST, type RunModel, type TaskModel, taskOf } from './view-model.ts';
import { MARKS, type Mark } from './wording.ts';

/** A station on the way of a question from the browser to Claude, and the way that leads to it. */
export interface Station {
  readonly name: string;
  /** For a narrow place; empty when it is left out there. */
  readonly short: string;
  readonly mark: Mark;
  /** Undefined for the first one. */
  readonly way?: 'whole' | 'cut' | 'unknown';
}

interface Place {
  readonly link: 'nginx' | 'open-webui' | 'hermes' | 'claude';
  readonly name: string;
  readonly short: string;
  /** The tasks that must be looked at before the station counts as known. */
  readonly is: readonly string[];
  /** The same for the way that leads to it. */
  readonly way: readonly string[];
}

const PLACES: readonly Place[] = [
  {
    link: 'nginx',
    name: 'nginx',
    short: 'nginx',
    is: ['nginx-site'],
    way: ['domain', 'firewall', 'certificate'],
  },
  {
    link: 'open-webui',
    name: 'Open WebUI',
    short: 'WebUI',
    is: ['open-webui-image', 'open-webui', 'first-admin'],
    way: ['nginx-site', 'open-site'],
  },
  {
    link: 'hermes',
    name: 'Hermes',
    short: 'Hermes',
    is: ['hermes-code', 'hermes-config', 'hermes-service'],
    way: ['firewall', 'bridge'],
  },
  { link: 'claude', name: 'Claude', short: 'Claude', is: ['claude'], way: ['claude'] },
];

/** Whether any finding of this task can cut the line. */
export function isOnTheLine(task: string): boolean {
  return task in LINE;
}

/**
 * The way of a question, as far as this run knows it: each link with what was found on it, whatever is broken before it.
 * What nobody has looked at yet, or could not, is unknown; nothing is concluded from other links.
 */
export function chainOf(run: RunModel): readonly Station[] {
  const stations: Station[] = [{ name: 'browser', short: '', mark: 'healthy' }];
  for (const place of PLACES) {
    const mark = stationMark(run, place);
    const before = stations.at(-1)?.mark ?? 'healthy';
    const { name, short } = place;
    stations.push({ name, short, mark, way: wayTo(run, place, works(before) && works(mark)) });
  }
  return stations;
}

const works = (mark: Mark): boolean => mark === 'healthy' || mark === 'risk';

function stationMark(run: RunModel, { link, is }: Place): Mark {
  const found = findingsAt(run, link);
  if (found.some(({ task, finding }) => isCut(run, task, finding))) return 'broken';
  if (found.some(({ finding }) => finding.severity !== 'risk') || !isKnown(run, is)) return 'waiting';
  return found.length > 0 ? 'risk' : 'healthy';
}

function wayTo(run: RunModel, { link, way }: Place, endsWork: boolean): NonNullable<Station['way']> {
  const found = findingsAt(run, `to-${link}`);
  if (found.some(({ task, finding }) => isCut(run, task, finding))) return 'cut';
  return endsWork && isKnown(run, way) ? 'whole' : 'unknown';
}

function findingsAt(run: RunModel, link: Link) {
  return run.tasks.flatMap((task) =>
    task.findings
      .filter(({ code }) => cutOf(task.view.id, code) === link)
      .map((finding) => ({ task, finding })),
  );
}

/** What an installation is about to make is not a cut, and neither is what only has to come up by itself. */
function isCut(run: RunModel, task: TaskModel, { severity, fixes }: FindingView): boolean {
  if (severity === 'risk' || (severity === 'missing' && fixes.length === 0)) return false;
  return run.mode === 'check' || task.state === 'asking' || task.state === 'unhealthy';
}

/** Whether all of these tasks have been looked at; one that this run does not have counts as unknown. */
function isKnown(run: RunModel, ids: readonly string[]): boolean {
  return ids.every((id) => {
    const state = taskOf(run, id)?.state;
    return state !== undefined && state !== 'skipped' && AT_REST.has(state);
  });
}

const WAYS = { whole: '───', cut: `──${MARKS.broken}`, unknown: '┄┄┄' } as const;
const SHORT_WAYS = { whole: '─', cut: MARKS.broken, unknown: '┄' } as const;

/** A piece of the drawn line: a station, or the way to it with its blanks. */
export type ChainPiece =
  | {
      readonly kind: 'way';
      readonly to: string;
      readonly text: string;
      readonly way: NonNullable<Station['way']>;
    }
  | { readonly kind: 'station'; readonly to: string; readonly text: string; readonly mark: Mark };

/** The line in pieces, from left to right: 64 columns, or 33 when `short`. */
export function chainPieces(stations: readonly Station[], short = false): readonly ChainPiece[] {
  return stations
    .filter((station) => !short || station.short !== '')
    .flatMap((station, index): ChainPiece[] => {
      const { name, mark, way } = station;
      const words = short ? SHORT_WAYS : WAYS;
      const blank = short ? '' : ' ';
      // The first way has no beginning where the browser is left out; only a cut is worth its place.
      const hidden = way === undefined || (short && index === 0 && way !== 'cut');
      const to: ChainPiece[] = hidden
        ? []
        : [{ kind: 'way', to: name, way, text: `${blank}${words[way]}${blank}` }];
      return [
        ...to,
        { kind: 'station', to: name, mark, text: `${short ? station.short : name} ${MARKS[mark]}` },
      ];
    });
}

/** The column at which the first broken link, seen from outside, is drawn; undefined when none is. */
export function cutColumn(pieces: readonly ChainPiece[]): number | undefined {
  let column = 0;
  for (const piece of pieces) {
    if (piece.kind === 'station' ? piece.mark === 'broken' : piece.way === 'cut') return column;
    column += piece.text.length;
  }
  return undefined;
}

/** Stands below the first broken link. */
export const CUT_HERE = 'cut here';

/** The line as plain text: 'browser ● ─── nginx ✗ ··· …', and below it where it is cut. One or two lines. */
export function chainLines(stations: readonly Station[], short = false): readonly string[] {
  const pieces = chainPieces(stations, short);
  const column = cutColumn(pieces);
  return [
    pieces.map(({ text }) => text).join(''),
    ...(column === undefined ? [] : [`${' '.repeat(column)} ${CUT_HERE}`.trimEnd()]),
  ];
}
