import { Box } from 'ink';
import { useEffect, useRef, useState } from 'react';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { SCROLL, Scroll, Yielding } from '../../components/scroll.tsx';
import { useBodyRows, useFrameSize } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { redact } from '../../secret/secret.ts';
import { type Bundle, leaks, type Written, writeBundle } from '../../support/bundle.ts';
import { contents, gather, size, supportFile } from '../../support/command.ts';
import type { ToolProps } from './tool.ts';

/** Where a bundle is. */
type State =
  | { readonly name: 'gathering' }
  | { readonly name: 'listed'; readonly bundle: Bundle }
  | { readonly name: 'writing'; readonly bundle: Bundle }
  | { readonly name: 'written'; readonly written: Written };

/** Lists what a support bundle would hold, and writes it when somebody says so. */
export function SupportScreen({ services, draft, onBack }: ToolProps) {
  const [state, setState] = useState<State>({ name: 'gathering' });
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const { host, answers, version } = services.reading(draft);
    gather({ host, placing: answers, answers, version }).then(
      (bundle) => setState({ name: 'listed', bundle }),
      (error: unknown) =>
        setState({ name: 'written', written: { ok: false, problem: redact(String(error)) } }),
    );
  }, [services, draft]);
  const write = (bundle: Bundle) => {
    setState({ name: 'writing', bundle });
    void writeBundle(services.reading(draft).host, bundle, supportFile(bundle, undefined)).then((written) =>
      setState({ name: 'written', written }),
    );
  };
  return <SupportOf state={state} onWrite={write} onBack={onBack} />;
}

interface SupportOfProps {
  readonly state: State;
  readonly onWrite: (bundle: Bundle) => void;
  readonly onBack: () => void;
}

/** {@link SupportScreen} for a bundle that somebody else gathers and writes. */
export function SupportOf({ state, onWrite, onBack }: SupportOfProps) {
  const { columns } = useFrameSize();
  const writable =
    state.name === 'listed' && leaks(state.bundle.items).length === 0 ? state.bundle : undefined;
  const keys = useKeyTable([
    {
      keys: ['Enter'],
      what: 'write it',
      on: writable !== undefined,
      run: () => (writable === undefined ? undefined : onWrite(writable)),
    },
    { keys: state.name === 'written' ? ['Esc', 'Enter', 'q'] : ['Esc', 'q'], what: 'back', run: onBack },
  ]);
  const listed = state.name === 'listed' || state.name === 'writing';
  return (
    <Frame title="Support bundle" right={rightText(state, columns)} keys={listed ? [SCROLL, ...keys] : keys}>
      <Body state={state} />
    </Frame>
  );
}

function rightText(state: State, columns: number): string {
  if (state.name === 'gathering') return 'gathering …';
  if (state.name === 'writing') return 'writing …';
  if (state.name === 'written' || columns < 60) return '';
  return 'nothing is written yet';
}

function Body({ state }: { state: State }) {
  switch (state.name) {
    case 'gathering':
      return (
        <Paragraph>
          Gathering what somebody needs to help you. Nothing is changed, and nothing is sent.
        </Paragraph>
      );
    case 'listed':
    case 'writing':
      return <Listed bundle={state.bundle} />;
    case 'written':
      return <Result written={state.written} />;
  }
}

function Listed({ bundle }: { bundle: Bundle }) {
  const found = leaks(bundle.items);
  const room = useBodyRows();
  return (
    <>
      <Yielding most={room / 2}>
        <Paragraph>
          {found.length > 0
            ? `A secret of this machine would be in ${found.join(', ')}, so otto-install does not write it.`
            : `This would be in ${supportFile(bundle, undefined)}, for root alone. Secrets are masked; no chats, no accounts and no database are in it.`}
        </Paragraph>
        <Text> </Text>
      </Yielding>
      <Scroll least={2}>
        {contents(bundle).map((line) => (
          <Text key={line} wrap="truncate-end">
            {line}
          </Text>
        ))}
      </Scroll>
    </>
  );
}

function Result({ written }: { written: Written }) {
  return (
    <Yielding>
      <Box columnGap={1}>
        <Box flexShrink={0}>
          <MarkSign mark={written.ok ? 'healthy' : 'broken'} />
        </Box>
        <Paragraph>
          {written.ok
            ? `${written.path}, ${size(written.bytes)}. Only root can read it; it was read back and is complete. No chats are in it. Fetch it with scp, and look into it before you send it.`
            : `It was not written: ${written.problem}`}
        </Paragraph>
      </Box>
    </Yielding>
  );
}
