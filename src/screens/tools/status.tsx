import { useEffect, useRef, useState } from 'react';
import { numbered } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { MarkSign } from '../../components/mark.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useFrameSize, useKeys } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { timeOfDay } from '../../run/wording.ts';
import { startCheck } from '../../status/command.ts';
import type { Checked, StatusFacts } from '../../status/facts.ts';
import { lookAtStatus } from '../../status/look.ts';
import { type StatusLine, statusLines } from '../../status/text.ts';
import type { WizardServices } from '../../wizard/services.ts';
import type { ToolProps } from './tool.ts';

const HELP = [
  'How each service is doing, in the words of systemd and Docker; who listens on which port, versions, the certificate, disk space, and the last backup and run.',
  'The top says what is wrong, by the same check as on the home screen, where each finding has its fix.',
];

/** Everything at once. */
export function StatusScreen({ services, draft, onBack }: ToolProps) {
  const [facts, setFacts] = useState<StatusFacts>();
  const [checked, setChecked] = useState<Checked>();
  const ending = useRef<() => void>(() => {});
  const look = () => {
    ending.current();
    setFacts(undefined);
    setChecked(undefined);
    ending.current = lookNow(services.reading(draft), setFacts, setChecked);
  };
  // Once; later only when somebody asks for it.
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    look();
  });
  useEffect(() => () => ending.current(), []);
  return <StatusOf facts={facts} checked={checked} onLookAgain={look} onBack={onBack} />;
}

/** Starts both looks. Returns what ends them. */
function lookNow(
  { host, answers, version }: ReturnType<WizardServices['reading']>,
  onFacts: (facts: StatusFacts) => void,
  onChecked: (checked: Checked) => void,
): () => void {
  let over = false;
  const { run, checked } = startCheck(host, answers, version);
  void lookAtStatus(host, answers).then((facts) => (over ? undefined : onFacts(facts)));
  void checked.then(
    (found) => (over ? undefined : onChecked(found)),
    (error: unknown) =>
      over
        ? undefined
        : onChecked({ outcome: 'not checked', reason: String(error), ms: 0, findings: [], waiting: 0 }),
  );
  return () => {
    over = true;
    run.stop('No longer wanted.');
  };
}

interface StatusOfProps {
  /** Undefined while the look is running. */
  readonly facts: StatusFacts | undefined;
  readonly checked: Checked | undefined;
  readonly onLookAgain: () => void;
  readonly onBack: () => void;
}

/** {@link StatusScreen} over what somebody else has looked at. */
export function StatusOf({ facts, checked, onLookAgain, onBack }: StatusOfProps) {
  const { columns } = useFrameSize();
  useKeys((input, key) => {
    if (key.escape || key.return || input === 'q') onBack();
    else if (input === 'r') onLookAgain();
  });
  const lines = facts === undefined ? [] : statusLines(facts, checked, columns - 2);
  return (
    <Frame
      title={
        facts === undefined || facts.domain === '' || columns < 60 ? 'Status' : `Status of ${facts.domain}`
      }
      right={facts === undefined ? 'looking …' : timeOfDay(facts.atMs)}
      keys={[
        ['↑↓', 'scroll'],
        ['r', 'look again'],
        ['Esc', 'back'],
      ]}
      help={HELP}
    >
      <Scroll>
        {numbered(lines.map((_, index) => String(index))).map(([index]) => (
          <Line key={index} line={lines[index]} />
        ))}
      </Scroll>
    </Frame>
  );
}

function Line({ line }: { line: StatusLine | undefined }) {
  if (line === undefined) return null;
  if (line.heading === true)
    return (
      <Text bold color="cyan">
        {line.text}
      </Text>
    );
  return (
    <Text wrap="truncate-end">
      {line.mark === undefined ? null : <MarkSign mark={line.mark} still />}
      {line.mark === undefined ? '' : ' '}
      {line.text}
    </Text>
  );
}
