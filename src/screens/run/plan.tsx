import { Box } from 'ink';
import { useState } from 'react';
import { FindingRow } from '../../components/finding-parts.tsx';
import { Frame } from '../../components/frame.tsx';
import { MarkSign } from '../../components/mark.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useFrameSize, useKeys } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import type { ActionView } from '../../engine/contracts/action-view.ts';
import type { FindingView } from '../../engine/contracts/event.ts';
import { planned, plannedActions, recommended } from '../../run/plan-text.ts';
import type { RunModel, TaskModel } from '../../run/view-model.ts';
import { count, shortActionLine } from '../../run/wording.ts';
import { ActionScreen } from './action.tsx';

interface PlanScreenProps {
  readonly plan: RunModel;
  readonly onGo: () => void;
  readonly onBack: () => void;
  /** Saves the plan as text; resolves to what to tell the operator. */
  readonly onSave: () => Promise<string>;
}

const HELP = [
  'The plan is everything that otto-install would do to this machine, as it sees it now. Nothing has been done yet.',
  'Enter opens a part and shows its commands and files; Enter on one of those shows it in full: the command, or the file with its changes. Secrets are shown as dots.',
  'Some parts can only be checked once another part is there; that may add a command or two. If a step would interrupt something or give it up, otto-install asks you at that moment.',
  's saves the plan as text, readable by root only. y begins.',
];

/** How far the page keys go. */
const PAGE = 8;

type Row =
  | {
      readonly kind: 'task';
      readonly task: TaskModel;
      readonly comes: { word: string; text: string };
      readonly open: boolean;
    }
  | { readonly kind: 'finding'; readonly finding: FindingView; readonly key: string }
  | { readonly kind: 'action'; readonly action: ActionView; readonly key: string };

/** What would be done: a tree of parts and actions. Nothing has been done yet. */
export function PlanScreen({ plan, onGo, onBack, onSave }: PlanScreenProps) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(0);
  const [shown, setShown] = useState<ActionView>();
  const [told, setTold] = useState('');
  const rows = rowsOf(plan.tasks, opened);
  const cursor = Math.min(at, Math.max(0, rows.length - 1));
  const ready = plan.ended !== undefined && plan.ended.outcome !== 'failed';

  const open = (row: Row | undefined) => {
    if (row?.kind === 'action') setShown(row.action);
    if (row?.kind !== 'task') return;
    const next = new Set(opened);
    if (!next.delete(row.task.view.id)) next.add(row.task.view.id);
    setOpened(next);
  };
  const move = (by: number) => setAt(Math.max(0, Math.min(rows.length - 1, cursor + by)));
  useKeys((input, key) => {
    if (key.upArrow) move(-1);
    else if (key.downArrow) move(1);
    else if (key.pageUp) move(-PAGE);
    else if (key.pageDown) move(PAGE);
    else if (key.home) move(-rows.length);
    else if (key.end) move(rows.length);
    else if (key.return) open(rows[cursor]);
    else if (key.escape) onBack();
    else if (input === 's' && ready) void onSave().then(setTold);
    else if (input === 'y' && ready) onGo();
  }, shown === undefined);

  const total = plan.tasks.reduce((sum, task) => sum + plannedActions(task), 0);
  const healthy = plan.tasks.filter(({ state, findings }) => state === 'healthy' && findings.length === 0);
  if (shown !== undefined) return <ActionScreen action={shown} onBack={() => setShown(undefined)} />;
  return (
    <Frame
      title="The plan"
      right={ready ? count(total, 'action') : 'looking …'}
      help={HELP}
      keys={
        ready
          ? [
              ['↑↓', 'move'],
              ['Enter', 'open'],
              ['s', 'save'],
              ['y', 'do it'],
              ['Esc', 'back'],
            ]
          : [['Esc', 'back']]
      }
    >
      {plan.ended?.outcome === 'failed' ? (
        <Text color="red">{plan.ended.reason ?? 'The plan could not be made.'}</Text>
      ) : null}
      {ready ? null : <Looking plan={plan} />}
      {ready ? (
        <Scroll follow={cursor}>
          {rows.map((row, index) => (
            <PlanRow key={keyOf(row)} row={row} chosen={index === cursor} />
          ))}
          {rows.length === 0 ? (
            <Text>Nothing: everything is healthy. y looks once more and ends.</Text>
          ) : null}
        </Scroll>
      ) : null}
      {ready && healthy.length > 0 ? (
        <Box flexShrink={0}>
          <Text dimColor wrap="truncate-end">
            Healthy: {healthy.map(({ view }) => view.title).join(', ')}
          </Text>
        </Box>
      ) : null}
      {told === '' ? null : (
        <Box flexShrink={0}>
          <Text wrap="truncate-end">{told}</Text>
        </Box>
      )}
    </Frame>
  );
}

function Looking({ plan }: { plan: RunModel }) {
  if (plan.ended !== undefined) return null;
  const looked = plan.tasks.filter(({ state }) => state === 'healthy' || state === 'unhealthy').length;
  return (
    <Text>
      <MarkSign mark="working" /> Looking at everything: {looked} of {plan.tasks.length}. Nothing is changed.
    </Text>
  );
}

function rowsOf(tasks: readonly TaskModel[], opened: ReadonlySet<string>): readonly Row[] {
  return tasks
    .filter(({ findings }) => findings.length > 0)
    .flatMap((task) => {
      const open = opened.has(task.view.id);
      const rows: Row[] = [{ kind: 'task', task, comes: planned(task, tasks), open }];
      if (!open) return rows;
      task.findings.forEach((finding, index) => {
        const key = `${task.view.id}/${index}`;
        rows.push({ kind: 'finding', finding, key });
        recommended(finding)?.actions.forEach((action, position) => {
          rows.push({ kind: 'action', action, key: `${key}/${position}` });
        });
      });
      return rows;
    });
}

function keyOf(row: Row): string {
  return row.kind === 'task' ? row.task.view.id : row.key;
}

function PlanRow({ row, chosen }: { row: Row; chosen: boolean }) {
  const look = chosen ? { color: 'cyan', bold: true } : {};
  const pointer = chosen ? '▸' : ' ';
  if (row.kind === 'task') return <TaskRow {...row} chosen={chosen} />;
  if (row.kind === 'finding') {
    return (
      <Box columnGap={1}>
        <Text {...look}>{`${pointer}  `}</Text>
        <FindingRow finding={row.finding} colour={{ dimColor: !chosen, ...look }} />
      </Box>
    );
  }
  return (
    <Text wrap="truncate-end" {...look}>
      {`${pointer}     ${shortActionLine(row.action)}`}
    </Text>
  );
}

type TaskRowProps = Extract<Row, { kind: 'task' }> & { readonly chosen: boolean };

function TaskRow({ task, comes, open, chosen }: TaskRowProps) {
  const { columns } = useFrameSize();
  const look = chosen ? { color: 'cyan', bold: true } : {};
  return (
    <Box columnGap={1}>
      <Box flexShrink={0} width={columns < 60 ? 18 : 22}>
        <Text wrap="truncate-end" {...look}>
          {`${chosen ? '▸' : ' '} ${open ? '▾' : ' '} ${task.view.title}`}
        </Text>
      </Box>
      <Box flexGrow={1} flexShrink={1}>
        <Text wrap="truncate-end" dimColor={!chosen}>
          {comes.text}
        </Text>
      </Box>
      <Box flexShrink={0}>
        <Text {...(/^\d+$/.test(comes.word) ? {} : { color: 'yellow' })}>{comes.word}</Text>
      </Box>
    </Box>
  );
}
