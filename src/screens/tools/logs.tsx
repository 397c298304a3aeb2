import { Box, type DOMElement, type Key } from 'ink';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Frame, type KeyHint } from '../../components/frame.tsx';
import { useMeasured } from '../../components/measure.ts';
import { useFrameSize, useKeys } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { TextField } from '../../components/text-field.tsx';
import { SOURCES } from '../../logs/line.ts';
import { type LogState, type LogStore, openLogs } from '../../logs/store.ts';
import {
  FIRST_VIEW,
  type LogMove,
  type LogRow,
  type LogView,
  moved,
  rowsOf,
  wantedBy,
} from '../../logs/view.ts';
import type { ToolProps } from './tool.ts';

const HELP = [
  'What Hermes, Open WebUI, Paperclip and nginx log, and what otto-install itself did, by time. New lines appear as they come; reading changes nothing.',
  '←→ or a number from 1 to 6 choose one log or all. e leaves only errors: what the program itself calls one, answers 5xx, and tracebacks. / searches; an empty search shows everything again.',
  '↑ and PgUp go back and pause; End or f follow again. Secrets that otto-install knows, and anything that looks like one, appear as ••••.',
  'The same as lines, further back and for other programs: otto-install logs --help.',
];

/** The logs of this Otto, live. */
export function LogsScreen({ services, draft, onBack }: ToolProps) {
  const [store] = useState(() => {
    const { host, answers } = services.reading(draft);
    return openLogs(host, answers);
  });
  useEffect(() => () => store.close(), [store]);
  return <LogsOf store={store} onBack={onBack} />;
}

/** {@link LogsScreen} over logs that somebody else has opened. */
export function LogsOf({ store, onBack }: { readonly store: LogStore; readonly onBack: () => void }) {
  const latest = useSyncExternalStore(store.subscribe, store.state);
  const [view, setView] = useState(FIRST_VIEW);
  const [held, setHeld] = useState<LogState>();
  const { columns } = useFrameSize();
  const box = useRef<DOMElement>(null);
  const height = useMeasured(box)?.height ?? 0;
  const state = view.follow || held === undefined ? latest : held;
  const width = columns - 2;
  const rows = useMemo(() => rowsOf(state.lines, width, view.source), [state.lines, width, view.source]);
  const last = Math.max(0, rows.length - height);
  const top = view.follow ? last : Math.min(view.top, last);

  const go = (move: LogMove) => {
    const next = moved(view, move, rows.length, height);
    if (next === view) return;
    setView(next);
    // When not following, the lines stay where they are, whatever arrives.
    if (view.follow && !next.follow) setHeld(state);
    const [before, after] = [view, next].map((one) => JSON.stringify(wantedBy(one)));
    if (before !== after) store.show(wantedBy(next));
  };
  useKeys((input, key) => {
    if (view.typing) {
      if (key.escape) go({ kind: 'cancel' });
      return;
    }
    if (key.escape || input === 'q') return onBack();
    const move = moveOf(input, key, height);
    if (move !== undefined) go(move);
  });

  const more = latest.lines.length - state.lines.length;
  return (
    <Frame
      title="Logs"
      right={rightText(latest, view, more)}
      keys={keysOf(view)}
      {...(view.typing ? {} : { help: HELP })}
    >
      <Sources view={view} narrow={columns < 60} />
      <Box ref={box} flexDirection="column" flexGrow={1} flexShrink={1} overflow="hidden">
        {rows.slice(top, top + Math.max(1, height)).map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is nothing but its place on the screen
          <Row key={index} row={row} />
        ))}
        {rows.length === 0 && !state.reading ? <Text dimColor>{nothingText(view)}</Text> : null}
      </Box>
      <Box flexShrink={0} height={1}>
        {view.typing ? (
          <TextField initial={view.search} onSubmit={(text) => go({ kind: 'search', text: text.trim() })} />
        ) : (
          <Below state={state} rows={rows.length} top={top} height={height} />
        )}
      </Box>
    </Frame>
  );
}

function moveOf(input: string, key: Key, height: number): LogMove | undefined {
  const page = Math.max(1, height - 1);
  if (key.leftArrow) return { kind: 'source', step: -1 };
  if (key.rightArrow || key.tab) return { kind: 'source', step: 1 };
  if (key.upArrow || input === 'k') return { kind: 'scroll', rows: -1 };
  if (key.downArrow || input === 'j') return { kind: 'scroll', rows: 1 };
  if (key.pageUp) return { kind: 'scroll', rows: -page };
  if (key.pageDown) return { kind: 'scroll', rows: page };
  if (key.home) return { kind: 'start' };
  if (key.end) return { kind: 'scroll', rows: Number.MAX_SAFE_INTEGER };
  if (input === '/') return { kind: 'type' };
  if (input === 'e') return { kind: 'errors' };
  if (input === 'f') return { kind: 'follow' };
  return /^[1-6]$/.test(input) ? { kind: 'source-number', number: Number(input) } : undefined;
}

function keysOf({ typing }: LogView): readonly KeyHint[] {
  if (typing)
    return [
      ['Enter', 'search'],
      ['Esc', 'leave it'],
    ];
  return [
    ['←→', 'log'],
    ['/', 'search'],
    ['e', 'errors'],
    ['f', 'follow'],
    ['↑↓', 'scroll'],
    ['Esc', 'back'],
  ];
}

function rightText({ reading }: LogState, { follow }: LogView, more: number): string {
  if (reading) return 'reading …';
  if (follow) return 'following';
  return more > 0 ? `paused, ${more} new` : 'paused';
}

function Sources({ view, narrow }: { view: LogView; narrow: boolean }) {
  const names = ['all', ...SOURCES];
  const filters = [
    ...(view.errorsOnly ? ['errors only'] : []),
    ...(view.search === '' ? [] : [`"${view.search}"`]),
  ];
  return (
    <Box flexShrink={0} columnGap={2}>
      {names.map((name, index) => {
        const chosen = name === view.source;
        if (narrow && !chosen) return null;
        return (
          <Box key={name} flexShrink={0}>
            <Text {...(chosen ? { color: 'cyan', bold: true } : { dimColor: true })}>
              {`${chosen ? '▸' : ''}${narrow ? `${index + 1} of ${names.length} ` : ''}${name}`}
            </Text>
          </Box>
        );
      })}
      {filters.length === 0 ? null : (
        <Text color="yellow" wrap="truncate-end">
          {filters.join(', ')}
        </Text>
      )}
    </Box>
  );
}

function Row({ row }: { row: LogRow }) {
  const color = row.level === 'error' ? 'red' : row.level === 'warning' ? 'yellow' : undefined;
  return (
    <Text wrap="truncate-end">
      <Text dimColor>{row.head}</Text>
      <Text {...(color === undefined ? {} : { color })}>{row.text === '' ? ' ' : row.text}</Text>
    </Text>
  );
}

interface BelowProps {
  readonly state: LogState;
  readonly rows: number;
  readonly top: number;
  readonly height: number;
}

/** What could not be read, and how much there is above and below. */
function Below({ state, rows, top, height }: BelowProps) {
  const below = Math.max(0, rows - top - height);
  const edge = [...(top > 0 ? [`↑ ${top}`] : []), ...(below > 0 ? [`↓ ${below} more`] : [])].join(' ');
  return (
    <Box flexGrow={1} justifyContent="space-between" columnGap={2}>
      <Text color="yellow" wrap="truncate-end">
        {state.problems.at(-1) ?? ''}
      </Text>
      <Box flexShrink={0}>
        <Text color="cyan">{edge}</Text>
      </Box>
    </Box>
  );
}

function nothingText({ search, errorsOnly }: LogView): string {
  const what = errorsOnly ? 'No errors' : 'Nothing';
  return `${what}${search === '' ? '' : ` with "${search}"`} was logged.`;
}
