import { type AnswerKey, type Answers, type AnswersInput, AnswersSchema, SECRET_KEYS } from './answers.ts';
import type { Session } from './components/terminal.tsx';
import type { Outcome } from './ending.ts';
import type { Run } from './engine/run.ts';
import { redact } from './engine/secret.ts';
import type { Finding } from './engine/task.ts';
import { type FirstLook, firstLookLines, type SeenLine } from './first-look.ts';
import type { Host } from './host/host.ts';
import { keepPassword, keptPassword, PASSWORD_FILE } from './kept-answers.ts';
import { atWorkHere, lastRun, lastRunText } from './last-run.ts';
import { startOtto } from './otto.ts';
import type { Draft, Question } from './question.ts';
import { type AnswerInputs, answersProblemText, type Resolution, resolveAnswers } from './resolve-answers.ts';
import { domainTask } from './tasks/domain.ts';
import { PROOF_FILE, type Proof, parseProof } from './tasks/first-login/proof.ts';
import { tasks } from './tasks/index.ts';
import { machineTask } from './tasks/machine.ts';
import type { RunModel } from './view-model.ts';

/** What the wizard can do to the world; screens call nothing else. */
export interface World {
  readonly session: Session;
  lookAtMachine(): Promise<FirstLook>;
  /** Where a host name leads, in lines to be shown. */
  checkDomain(domain: string): Promise<readonly SeenLine[]>;
  /** Answers to begin with. */
  readonly draft: Draft;
  /** Whether this question was answered by a flag, a variable or the answers file. */
  isGiven(question: Question): boolean;
  /** Whether it was answered in the last run, and the answer can be used again. */
  isKept(question: Question): boolean;
  /** The complete answers; throws when they are not. */
  complete(draft: Draft): Answers;
  plan(answers: Answers): Run;
  install(answers: Answers): Run;
  /** Saves the plan; resolves to what to tell the operator. */
  savePlan(text: string): Promise<string>;
  outcome(run: RunModel, answers: Answers): Promise<Outcome>;
  /** Ends what is at work safely; resolves when it has ended. */
  stop(reason: string): Promise<void>;
}

interface WorldOptions {
  readonly host: Host;
  readonly session: Session;
  readonly inputs: AnswerInputs;
  /** Secrets that the machine has already. */
  readonly onMachine: ReadonlySet<AnswerKey>;
  /** Tells the operator something that is no part of a screen, after the screens are gone. */
  readonly onProblem: (text: string) => void;
}

/** Where the plan is saved. */
const PLAN_FILE = '/root/otto-plan.txt';

/** What the wizard's screens can do, on this host. */
export function ottoWorld({ host, session, inputs, onMachine, onProblem }: WorldOptions): World {
  const given = new Set(
    [inputs.flags, inputs.environment, inputs.file].flatMap((source) => Object.keys(source ?? {})),
  );
  const kept = new Set(Object.keys(inputs.saved ?? {}));
  // A secret is never kept. The machine has it, or it is generated: only one that can be neither is asked for again.
  const answered = kept.has('domain') && kept.has('email');
  let current: Run | undefined;
  let keeping: ReturnType<typeof keepPassword> | undefined;
  let resolved: Extract<Resolution, { ok: true }> | undefined;
  return {
    session,
    draft: firstDraft(inputs),
    isGiven: (question) =>
      given.has(keyOf(question)) || (question.kind === 'text' && onMachine.has(question.key)),
    isKept: (question) => answered && (question.kind === 'choice' || kept.has(question.key)),
    async lookAtMachine() {
      const busy = await atWorkHere(host);
      if (busy !== undefined) return { installed: false, lines: [], busy, answered };
      const last = await lastRun(host);
      const answers = standIn({});
      const facts = await machineTask.look(host, answers);
      const findings = machineTask.judge(facts, answers);
      return {
        installed: facts.installed,
        lines: firstLookLines(facts, findings),
        answered,
        ...(last === undefined
          ? {}
          : {
              last: {
                mark: last.outcome === 'healthy' ? 'healthy' : 'risk',
                text: lastRunText(last, tasks.length, host.now()),
              },
            }),
      };
    },
    async checkDomain(domain) {
      const answers = standIn({ domain });
      try {
        const facts = await domainTask.look(host, answers);
        const findings = domainTask.judge(facts, answers);
        if (findings.length > 0) return findings.map(findingLine);
        const addresses = facts.a.ok ? facts.a.addresses.join(', ') : '';
        return [{ mark: 'healthy', text: `The name leads to this machine (${addresses}).` }];
      } catch (error) {
        return [{ mark: 'risk', text: `DNS could not be asked: ${redact(String(error))}` }];
      }
    },
    complete(draft) {
      const { ownApiKey: _, ownPassword: __, ...flags } = draft;
      const resolution = resolveAnswers(
        { ...inputs, flags: { ...inputs.flags, ...flags } },
        { unattended: false, notNeeded: onMachine },
      );
      if (!resolution.ok) throw new Error(answersProblemText(resolution));
      resolved = resolution;
      return resolution.answers;
    },
    plan(answers) {
      current = startOtto('plan', host, answers, session.version);
      return current;
    },
    install(answers) {
      const run = startOtto('install', host, answers, session.version);
      const passwordGenerated = resolved?.origins.adminPassword === 'generated';
      current = run;
      keeping = keepPassword(run, host, answers, { passwordGenerated, onProblem });
      return run;
    },
    async savePlan(text) {
      try {
        await host.writeFile(PLAN_FILE, text, { mode: 0o600 });
        return `Saved as ${PLAN_FILE}${host.kind === 'rehearsal' ? ' on the rehearsed server' : ''}.`;
      } catch (error) {
        return `It could not be saved: ${redact(String(error))}`;
      }
    },
    async stop(reason) {
      current?.stop(reason);
      await current?.result;
    },
    outcome: (_, answers) => outcomeOf(host, answers, keeping?.gavePassword() === true),
  };
}

/** What is known at the end besides the events. `gavePassword`: whether this run gave the first account its password. */
export async function outcomeOf(host: Host, answers: Answers, gavePassword: boolean): Promise<Outcome> {
  const [proof, kept] = await Promise.all([lastProof(host), keptPassword(host)]);
  return {
    ...(proof === undefined ? {} : { proof }),
    ...(gavePassword ? { password: answers.adminPassword.reveal() } : {}),
    ...(kept === undefined ? {} : { passwordFile: PASSWORD_FILE }),
  };
}

async function lastProof(host: Host): Promise<Proof | undefined> {
  try {
    return parseProof(await host.readFile(PROOF_FILE));
  } catch {
    // It cannot be read: then it is not shown.
    return undefined;
  }
}

/** Answers for looks that come before there are any: only what they say about defaults counts. */
export function standIn(known: AnswersInput): Answers {
  return AnswersSchema.parse({
    domain: 'otto.example.com',
    email: 'nobody@example.com',
    adminEmail: 'nobody@example.com',
    apiKey: 'not-a-key-not-used',
    adminPassword: 'not-used',
    webuiSecretKey: 'not-used',
    paperclipSecret: 'not-used',
    ...known,
  });
}

function findingLine({ severity, saw, because }: Finding): SeenLine {
  return { mark: severity === 'risk' ? 'risk' : 'broken', text: `${saw} ${because}` };
}

/** The answers to begin with: all that is known and no secret. */
function firstDraft(inputs: AnswerInputs): Draft {
  const secret = new Set<string>(SECRET_KEYS);
  const sources = [
    inputs.examples,
    inputs.discovered,
    inputs.saved,
    inputs.file,
    inputs.environment,
    inputs.flags,
  ];
  const known = Object.assign({}, ...sources) as AnswersInput;
  return Object.fromEntries(Object.entries(known).filter(([key]) => !secret.has(key))) as Draft;
}

/** The answer that a question is about. */
function keyOf(question: Question): AnswerKey {
  if (question.kind === 'text') return question.key;
  return question.id === 'apiKeyChoice'
    ? 'apiKey'
    : question.id === 'adminPasswordChoice'
      ? 'adminPassword'
      : 'claude';
}
