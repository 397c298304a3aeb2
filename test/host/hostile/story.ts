import type { FindingView } from '../../../src/engine/contracts/event.ts';
import { startRun } from '../../../src/engine/run.ts';
import { startFlow } from '../../../src/operation-flow/flow.ts';
import type { FlowState } from '../../../src/operation-flow/flow-state.ts';
import type { operations } from '../../../src/operations/index.ts';
import { presence } from '../../../src/otto/presence.ts';
import type { Rehearsal } from '../../../src/rehearsal/index.ts';
import { tasks } from '../../../src/tasks/index.ts';
import { answersWith } from '../../tasks/answers.ts';
import { answering } from '../rehearsal/answering.ts';

/** Words of an error that nobody foresaw. */
const UNFORESEEN =
  /TypeError|RangeError|SyntaxError|undefined|Cannot read|is not a function|is not iterable|Unexpected token|in JSON at|\bNaN\b|\[object |Invalid (time|date|array)|call stack/;
const LONGEST = 2_100;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** What a run says that nobody can use: words of a programmer, pages of it, control characters. */
export function unusable(summary: {
  readonly tasks: readonly { readonly findings: readonly FindingView[] }[];
  readonly reason?: string | undefined;
}): readonly string[] {
  const texts = summary.tasks.flatMap(({ findings }) =>
    findings.flatMap(({ code, evidence, reason, impact = '', fixes }) =>
      [evidence, reason, impact, ...fixes.flatMap(({ title, consequence = '' }) => [title, consequence])].map(
        (text) => ({ code, text }),
      ),
    ),
  );
  return [{ code: 'the run', text: summary.reason ?? '' }, ...texts]
    .filter(({ text }) => UNFORESEEN.test(text) || text.length > LONGEST || UNSEEN.test(text))
    .map(({ code, text }) => `${code} (${text.length} characters): ${JSON.stringify(text.slice(0, 200))}`);
}

/** What of an Otto must be as it was, whatever went wrong around it. */
export function belongings({ machine }: Rehearsal): Readonly<Record<string, unknown>> {
  const { files } = machine;
  const names = ['/home/cleo/.hermes/.env', '/home/cleo/.hermes/config.yaml', '/opt/cleo/open-webui.env'];
  const database = files.read('/opt/cleo/open-webui/webui.db');
  return {
    files: names.map((name) => [name, files.read(name)]),
    accounts: database === undefined ? undefined : JSON.parse(database).users,
    containers: [...machine.containers.values()].map(({ name, image }) => `${name} ${image}`).sort(),
    firewall: [machine.firewall.active, [...machine.firewall.rules].sort()],
    users: [...machine.users.keys()].sort(),
  };
}

type Operation = (typeof operations)[number];

/** Carries an operation out with the first of every choice, to its end. */
export async function operate({ host }: Rehearsal, operation: Operation): Promise<FlowState> {
  const flow = startFlow({ operation, host, answers: answersWith(), version: '1.0.0', trackRun: () => {} });
  return answering(flow);
}

/** Finishes an operation that was cut off, or rolls it back, as every start does before anything else. */
export async function finish({ host }: Rehearsal): Promise<void> {
  const answers = answersWith({ unattended: true });
  await startRun({ tasks, host, answers, mode: 'operate', version: '1.0.0', presence }).result;
}
