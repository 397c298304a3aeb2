import type { AnswerInputs } from '../answers/resolve.ts';
import type { AnswerKey } from '../answers/schema.ts';
import type { StartWork } from '../detached/work.ts';
import type { Host } from '../host/host.ts';
import { exitCodeFor, leftText } from '../operation-flow/left.ts';
import { EXIT, exitCodeOf } from '../run/exit-code.ts';
import type { Session } from '../run/session.ts';
import type { SeenLine } from '../run/shown-line.ts';
import { endingText } from '../wizard/ending.ts';
import { homeEndText } from '../wizard/home-text.ts';
import { createWizardServices } from '../wizard/services.ts';
import { App, type Left } from './app.tsx';
import { onScreens } from './on-screens.ts';

interface WizardOptions {
  /** Secrets that the machine has already. */
  readonly onMachine: ReadonlySet<AnswerKey>;
  readonly typedBefore?: ReadonlySet<AnswerKey>;
  readonly host: Host;
  readonly session: Session;
  readonly inputs: AnswerInputs;
  /** What was discovered on this machine because nobody had said it, as lines. */
  readonly found: readonly SeenLine[];
  readonly start: StartWork;
}

/** The wizard on this process's terminal. Resolves to the exit code; rejects when a screen crashed. */
export async function runWizard(options: WizardOptions): Promise<number> {
  const problems: string[] = [];
  const services = createWizardServices({ ...options, onProblem: (text) => problems.push(text) });
  return onScreens<Left>(<App services={services} />, {
    stop: services.stop,
    problems,
    end: (left = {}) => {
      const columns = process.stdout.columns || 80;
      const { operation } = left;
      if (operation !== undefined)
        return { text: leftText([operation], {}, columns), exitCode: exitCodeFor(operation.state) };
      const text =
        left.ended !== undefined
          ? endingText(left.ended.run, left.ended.lines, columns)
          : left.home !== undefined
            ? homeEndText(left.home.look, services.draft.domain ?? 'Otto', columns)
            : '';
      const last = left.ended?.run ?? left.home?.look;
      return { text, exitCode: last?.ended === undefined ? EXIT.stopped : exitCodeOf(last) };
    },
  });
}
