import { Box } from 'ink';
import { useState } from 'react';
import { ChainPicture } from '../../components/chain-picture.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll, Yielding } from '../../components/scroll.tsx';
import { useBodyRows, useFrameSize } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { useSettled } from '../../components/use-settled.ts';
import { chainOf } from '../../run/chain.ts';
import type { SeenLine } from '../../run/shown-line.ts';
import { timeOf } from '../../run/view-model.ts';
import { duration, timeOfDay } from '../../run/wording.ts';
import { attemptLines, groupCounts, type HomeFinding, healthyCount, safeFixes } from '../../wizard/home.ts';
import {
  choicesOf,
  type Entry,
  type HomeRow,
  homeRows,
  movedTo,
  type RowChoice,
} from '../../wizard/home-rows.ts';
import type { HomeState } from '../../wizard/home-store.ts';
import { isLast, type MaintenanceEntry } from '../../wizard/maintenance.ts';
import type { Tool } from '../tools/tool.ts';
import { HomeRowLine } from './home-row.tsx';

interface HomeScreenProps {
  /** The name by which people reach it. */
  readonly name: string;
  readonly home: HomeState;
  /** What was discovered on the machine because nobody had said it. */
  readonly found: readonly SeenLine[];
  /** The row that was chosen when this screen was left, and where it is kept. */
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
  readonly onOpen: (finding: HomeFinding) => void;
  /** What can be asked for besides fixing. */
  readonly maintenance: readonly MaintenanceEntry[];
  readonly onEntry: (entry: MaintenanceEntry) => void;
  /** What can be looked at. */
  readonly tools: readonly Tool[];
  readonly onTool: (tool: Tool) => void;
  readonly onMaintenance: () => void;
  readonly onFind: () => void;
  readonly onFixAll: () => void;
  readonly onLookAgain: () => void;
  /** Goes through everything, or begins with the questions. */
  readonly onWalk: (questions: 'open' | 'all') => void;
  readonly onLog: () => void;
  readonly onQuit: () => void;
}

const HELP = [
  'This droplet has an Otto. otto-install looks at all of it when it starts; looking changes nothing.',
  'The line is the path of a question from a browser to Claude, and shows where it is cut. A circle is a part that otto-install could not check yet.',
  'Findings come first. Enter opens one: what was seen, why it matters, and what you can do, with every command and every file. Nothing happens before you choose it there.',
  'A part that only suffers from a fault elsewhere is not a finding: it waits for its cause, and is checked again when that is fixed.',
  'Below the findings is what you can ask for: a password, updates, a restart. m shows all of it with explanations, / finds it by its name. Each asks, shows what it would do, and begins only after your yes.',
  'a fixes everything that interrupts nothing and gives nothing up; it first shows what it would do. w goes through everything as an installation does, and asks when something needs you.',
];

/** The home of a droplet that has an Otto: what is healthy, what is not, and what can be done. */
export function HomeScreen(props: HomeScreenProps) {
  const { name, home, found, maintenance, tools } = props;
  const { look, attempt } = home;
  const { columns, rows } = useFrameSize();
  const room = useBodyRows();
  const narrow = columns < 70;
  const safe = safeFixes(look).length;
  const entries = entriesFor({ safe, hasLog: attempt !== undefined, maintenance, tools, narrow });
  const list = homeRows({
    look,
    entries,
    paired: !narrow,
    columns: columns - 2,
    changes: home.changes,
    now: timeOf(look),
  });
  const choices = list.flatMap(choicesOf);
  const at = Math.max(
    0,
    choices.findIndex(({ id }) => id === props.chosen),
  );
  const chosen = choices[at];
  const [moved, setMoved] = useState(0);
  // A look may put another row under the cursor just as Enter is pressed.
  const settled = useSettled(chosen?.id ?? '', moved);
  const move = (to: string | undefined) => {
    setMoved(moved + 1);
    if (to !== undefined) props.onChoose(to);
  };
  const step = (by: { readonly down?: number; readonly right?: number }) =>
    move(chosen === undefined ? undefined : movedTo(list, chosen.id, by));
  const take = (id: Entry['id']) => {
    const entry = maintenance.find((one) => one.id === id);
    const tool = tools.find((one) => one.id === id);
    if (entry !== undefined) props.onEntry(entry);
    else if (tool !== undefined) props.onTool(tool);
    else if (id === 'fix-all') props.onFixAll();
    else if (id === 'maintenance') props.onMaintenance();
    else if (id === 'log') props.onLog();
    else props.onWalk(id === 'walk' ? 'open' : 'all');
  };
  const open = () => {
    if (chosen?.kind === 'finding') props.onOpen(chosen.item);
    else if (chosen?.kind === 'entry') take(chosen.entry.id);
  };
  // On a narrow terminal the tools have no row, but their keys work.
  const lettered: readonly Entry[] = [...entries, ...(narrow ? tools : [])];
  const keys = useKeyTable([
    {
      keys: ['↑', '↓', '←', '→'],
      shown: narrow ? '↑↓' : '↑↓ ←→',
      what: 'choose',
      run: (key) => step(STEPS[key] ?? {}),
    },
    { keys: ['k'], what: 'choose', quiet: true, run: () => step({ down: -1 }) },
    { keys: ['j'], what: 'choose', quiet: true, run: () => step({ down: 1 }) },
    {
      keys: ['Tab'],
      what: 'the next one',
      quiet: true,
      run: () => move(choices[(at + 1) % Math.max(1, choices.length)]?.id),
    },
    { keys: ['Home'], what: 'the first or the last', quiet: true, run: () => move(choices[0]?.id) },
    { keys: ['End'], what: 'the first or the last', quiet: true, run: () => move(choices.at(-1)?.id) },
    { keys: ['Enter'], what: enterOf(chosen), run: () => (settled() ? open() : undefined) },
    { keys: ['m'], what: 'maintenance', quiet: narrow, run: props.onMaintenance },
    { keys: ['/', ':'], what: 'find', run: props.onFind },
    { keys: ['r'], what: 'look again', run: props.onLookAgain },
    ...lettered.flatMap(({ id, key, label }) =>
      key === undefined || key === 'm'
        ? []
        : [{ keys: [key], what: label, quiet: true, run: () => take(id) }],
    ),
    { keys: ['q'], what: 'quit', run: props.onQuit },
  ]);

  const failed = look.ended?.outcome === 'failed' ? look.ended.reason : undefined;
  const said: readonly SeenLine[] = [
    ...(failed === undefined ? [] : [{ mark: 'broken' as const, text: failed }]),
    ...saidBefore(home, found),
  ];
  const paperclip = groupCounts(look).find(({ id }) => id === 'paperclip');
  return (
    <Frame title={name} right={lookedText(home, columns < 60)} help={HELP} keys={keys}>
      <Box flexShrink={0} justifyContent="space-between">
        <ChainPicture stations={chainOf(look)} short={narrow} labelled />
        {columns < 80 || paperclip === undefined ? null : (
          <Text>
            {paperclip.title} <MarkSign mark={paperclip.mark} still />
          </Text>
        )}
      </Box>
      {said.length === 0 ? null : (
        <Yielding most={rows >= 20 ? 8 : room / 3}>
          <Box flexDirection="column" marginTop={rows >= 20 ? 1 : 0}>
            {said.map((line) => (
              <Said key={line.text} {...line} />
            ))}
          </Box>
        </Yielding>
      )}
      {rows >= 20 ? <Box height={1} flexShrink={0} /> : null}
      <Scroll follow={rowOf(list, chosen)}>
        {list.map((row) => (
          <HomeRowLine key={row.id} row={row} chosen={chosen?.id} narrow={narrow} />
        ))}
      </Scroll>
    </Frame>
  );
}

/** What was done before this look; when nothing was done yet, what was discovered. */
function saidBefore({ look, attempt, operated, touched }: HomeState, found: readonly SeenLine[]) {
  if (operated !== undefined) return operated;
  if (attempt !== undefined) return attemptLines(attempt, look);
  return touched === true ? [] : found;
}

/** The row of something; the first one by default. */
function rowOf(rows: readonly HomeRow[], chosen: RowChoice | undefined): number {
  const row = rows.findIndex((one) => choicesOf(one).some(({ id }) => id === chosen?.id));
  return Math.max(0, row);
}

interface EntriesOptions {
  /** How many findings can be fixed without asking. */
  readonly safe: number;
  readonly hasLog: boolean;
  readonly maintenance: readonly MaintenanceEntry[];
  readonly tools: readonly Tool[];
  readonly narrow: boolean;
}

/** What can be asked for. On a narrow terminal everything but fixing is on a separate screen. */
function entriesFor({ safe, hasLog, maintenance, tools, narrow }: EntriesOptions): readonly Entry[] {
  const shown = (last: boolean) =>
    narrow
      ? []
      : maintenance.filter((entry) => isLast(entry) === last).map(({ id, label }) => ({ id, label }));
  return [
    ...(safe > 0 ? [{ id: 'fix-all', key: 'a', label: `Fix everything that is safe (${safe})` }] : []),
    ...(narrow && maintenance.length > 0
      ? [{ id: 'maintenance', key: 'm', label: 'Maintenance …' }]
      : shown(false)),
    ...(narrow ? [] : tools),
    { id: 'walk', key: 'w', label: 'Walk me through everything' },
    { id: 'answers', key: 'c', label: 'Change answers, set up again' },
    ...shown(true),
    ...(hasLog ? [{ id: 'log', key: 'o', label: 'The output of the last action' }] : []),
  ];
}

const STEPS: Readonly<Record<string, { readonly down?: number; readonly right?: number }>> = {
  '↑': { down: -1 },
  '↓': { down: 1 },
  '←': { right: -1 },
  '→': { right: 1 },
};

/** What Enter does with what is chosen. */
function enterOf(chosen: RowChoice | undefined): string {
  if (chosen?.kind === 'finding') return 'details';
  return chosen?.entry.id === 'fix-all' ? 'show all safe fixes' : 'open';
}

/** When the last look was, or how far this one is. */
function lookedText({ look, looking }: HomeState, short: boolean): string {
  if (look.ended === undefined) {
    const { healthy, total } = healthyCount(look);
    return total === 0 ? 'looking …' : `looking … ${healthy} of ${total}`;
  }
  if (looking) return 'looking again …';
  if (short) return timeOfDay(look.ended.at);
  return `looked at ${timeOfDay(look.ended.at)} in ${duration(look.ended.ms)}`;
}

function Said({ mark, text }: SeenLine) {
  return (
    <Box columnGap={1}>
      <Box flexShrink={0}>
        <MarkSign mark={mark} />
      </Box>
      <Paragraph>{text}</Paragraph>
    </Box>
  );
}
