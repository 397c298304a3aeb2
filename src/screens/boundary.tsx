import { useApp } from 'ink';
import { Component, type ContextType, type ReactNode, useEffect, useState } from 'react';
import { Frame } from '../components/frame.tsx';
import { useKeyTable } from '../components/keys.ts';
import { MarkSign } from '../components/mark.tsx';
import { Paragraph } from '../components/paragraph.tsx';
import { CrashContext, SessionContext } from '../components/terminal.tsx';
import { Text } from '../components/text.tsx';
import { crashText } from '../terminal/crash.ts';

interface BoundaryProps {
  /** Whether something is being done to the machine meanwhile. */
  readonly atWork: boolean;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly crash?: { readonly error: unknown; readonly log: Promise<string | undefined> } | undefined;
}

/**
 * A mistake in a screen ends with words and not with a stack: one that is made while drawing, one that a key leads to, and one
 * that nobody waited for. What is at work is none of the screen's, and goes on.
 */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  static override contextType = SessionContext;
  declare context: ContextType<typeof SessionContext>;
  override state: BoundaryState = {};

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { crash: { error, log: Promise.resolve(undefined) } };
  }

  readonly #crashed = (error: unknown) => {
    const log = this.context.keepCrash?.(error) ?? Promise.resolve(undefined);
    this.setState({ crash: { error, log } });
  };

  override componentDidMount() {
    process.on('unhandledRejection', this.#crashed);
  }

  override componentWillUnmount() {
    process.off('unhandledRejection', this.#crashed);
  }

  override componentDidCatch(error: unknown) {
    this.#crashed(error);
  }

  override render() {
    const { crash } = this.state;
    if (crash === undefined) return <CrashContext value={this.#crashed}>{this.props.children}</CrashContext>;
    return (
      <CrashScreen {...crash} atWork={this.props.atWork} onBack={() => this.setState({ crash: undefined })} />
    );
  }
}

interface CrashScreenProps {
  readonly error: unknown;
  readonly log: Promise<string | undefined>;
  readonly atWork: boolean;
  readonly onBack: () => void;
}

function CrashScreen({ error, log, atWork, onBack }: CrashScreenProps) {
  const [path, setPath] = useState<string>();
  useEffect(() => {
    void log.then(setPath);
  }, [log]);
  const keys = useKeyTable([{ keys: ['Enter', 'Esc'], shown: 'Enter', what: 'back', run: onBack }]);
  return (
    <Frame title="otto-install made a mistake" keys={[...keys, ['Ctrl-C', atWork ? 'stop safely' : 'leave']]}>
      <Paragraph>
        <MarkSign mark="broken" /> This screen could not continue: {crashText(error)}
      </Paragraph>
      <Text> </Text>
      <Paragraph>
        {atWork
          ? 'What is running on this server goes on. Enter shows it again.'
          : 'Nothing on this server was changed by that, and what was done before is kept. Enter goes back to where you were.'}
      </Paragraph>
      {path === undefined ? null : (
        <>
          <Text> </Text>
          <Paragraph>{`The details are in ${path}. otto-install support collects them for whoever helps you.`}</Paragraph>
        </>
      )}
    </Frame>
  );
}

/**
 * Around everything that is shown: where not even a screen for it can be drawn, the terminal is given back and the error is told
 * there.
 */
export function Outermost({ children }: { children: ReactNode }) {
  const { exit } = useApp();
  return <Ending onCrash={exit}>{children}</Ending>;
}

class Ending extends Component<
  { onCrash: (error: Error) => void; children: ReactNode },
  { crashed: boolean }
> {
  override state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override componentDidCatch(error: Error) {
    this.props.onCrash(error);
  }

  override render() {
    return this.state.crashed ? null : this.props.children;
  }
}
