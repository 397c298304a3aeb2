import { keptPassword, PASSWORD_FILE } from '../answers/kept.ts';
import type { Draft, Question } from '../answers/question.ts';
import {
  type AnswerInputs,
  answersProblemText,
  type Resolution,
  resolveAnswers,
} from '../answers/resolve.ts';
import {
  type AnswerKey,
  type Answers,
  type AnswersInput,
  AnswersSchema,
  SECRET_KEYS,
  STAND_IN_DOMAIN,
} from '../answers/schema.ts';
import { changesSinceHealthy } from '../changes/healthy.ts';
import type { StartWork } from '../detached/work.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { Scope } from '../engine/contracts/scope.ts';
import type { Finding } from '../engine/contracts/task.ts';
import type { Host } from '../host/host.ts';
import { type Flow, startFlow } from '../operation-flow/flow.ts';
import type { OperationPlace } from '../operation-flow/steps.ts';
import { operations, series } from '../operations/index.ts';
import type { AnyOttoOperation } from '../operations/otto-operation.ts';
import { hasOtto } from '../otto/has-otto.ts';
import { endRuns } from '../run/end-runs.ts';
import { findingSentence } from '../run/finding-parts.ts';
import type { Durations } from '../run/forecast.ts';
import type { Session } from '../run/session.ts';
import type { SeenLine } from '../run/shown-line.ts';
import type { RunModel } from '../run/view-model.ts';
import { redact } from '../secret/secret.ts';
import { domainTask } from '../tasks/domain/index.ts';
import { PROOF_FILE, type Proof, parseProof } from '../tasks/first-login/proof.ts';
import { tasks } from '../tasks/index.ts';
import { machineTask } from '../tasks/machine/index.ts';
import { visibleText } from '../text/visible.ts';
import { type Begun, begin } from './begin.ts';
import { lastDurations } from './durations.ts';
import type { Outcome } from './ending.ts';
import { firstDraft, foundHere, keyOf, lookStandIns } from './first-draft.ts';
import { type FirstLook, firstLookLines } from './first-look.ts';
import type { FixRequest } from './home.ts';
import type { BegunLook } from './home-store.ts';
import { atWorkHere, type LastRun, lastRun, lastRunText } from './last-run.ts';
import { type MaintenanceEntry, maintenanceEntries } from './maintenance.ts';

/** All that the wizard can do to this machine; screens call nothing else. */
export interface WizardServices {
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
  /** Whether enough is known to fix something; what only a single fix may need, a key, counts as known. */
  canFix(draft: Draft): boolean;
  /** What was discovered on this machine because nobody had said it. */
  readonly found: readonly SeenLine[];
  /** Looks at all parts of the Otto that is here, and changes nothing. */
  look(draft: Draft): BegunLook;
  /** Fixes what is named; throws when `canFix` says no. */
  fix(draft: Draft, request: FixRequest): Run;
  /** What the operator must know after the last `fix`. */
  fixNotes(): readonly SeenLine[];
  /** What the tools (logs, status) read with. */
  reading(draft: Draft): OperationPlace;
  /** What can be asked for besides fixing. */
  readonly maintenance: readonly MaintenanceEntry[];
  /** Begins an operation with a look; throws when `canFix` says no. */
  operate(draft: Draft, operation: AnyOttoOperation): Flow;
  /** What an operation is carried out on; throws when `canFix` says no. */
  operating(draft: Draft): OperationPlace;
  /** How long parts took here before, to say how long they take now. */
  durations(): Promise<Durations>;
  plan(answers: Answers): Run;
  install(answers: Answers): Run;
  /** Saves the plan; resolves to what to tell the operator. */
  savePlan(text: string): Promise<string>;
  outcome(run: RunModel, answers: Answers): Promise<Outcome>;
  /** Ends what is running safely; resolves when it has ended. `gone`: nobody is there any more. */
  stop(reason: string, gone?: boolean): Promise<void>;
}

interface WizardServicesOptions {
  readonly host: Host;
  readonly session: Session;
  readonly inputs: AnswerInputs;
  /** How runs that change the machine are started; without it in this process. */
  readonly start?: StartWork;
  /** Secrets that the machine has already. */
  readonly onMachine: ReadonlySet<AnswerKey>;
  /** Those that the last run was given and the machine may not have: asked for again, although they could be generated. */
  readonly typedBefore?: ReadonlySet<AnswerKey>;
  /** What was discovered on this machine because nobody had said it, as lines. */
  readonly found?: readonly SeenLine[];
  /** Tells the operator something that is not part of a screen, after the screens are gone. */
  readonly onProblem: (text: string) => void;
}

/** Where the plan is saved. */
const PLAN_FILE = '/root/otto-plan.txt';

/** What the wizard's screens can do, on this host. */
export function createWizardServices(options: WizardServicesOptions): WizardServices {
  const { host, session, inputs, onMachine, onProblem, typedBefore = new Set() } = options;
  const given = new Set(
    [inputs.flags, inputs.environment, inputs.file].flatMap((source) => Object.keys(source ?? {})),
  );
  const kept = new Set(Object.keys({ ...inputs.discovered, ...inputs.saved }));
  // A secret is never kept. The machine has it, or it is generated: only one that can be neither, or that somebody had chosen, is asked for again.
  const answered = kept.has('domain') && kept.has('email');
  const place = { host, version: session.version, warn: onProblem, start: options.start };
  const atWork = new Set<Run>();
  const trackRun = (run: Run): Run => {
    atWork.add(run);
    void run.result.then(() => atWork.delete(run));
    return run;
  };
  const resolve = (draft: Draft, notNeeded: ReadonlySet<AnswerKey>, examples: AnswersInput = {}) => {
    const { ownApiKey: _, ownPassword: __, ...flags } = draft;
    const given = {
      ...inputs,
      flags: { ...inputs.flags, ...flags },
      examples: { ...examples, ...inputs.examples },
    };
    return resolveAnswers(given, { unattended: false, notNeeded });
  };
  const install = (found: Extract<Resolution, { ok: true }>, only?: Scope): Run => {
    installing = begin('install', place, found, { only });
    return trackRun(installing.run);
  };
  /** The answers as far as they are known here; what only the machine must know is not asked for. */
  const known = (draft: Draft): Answers => {
    const resolution = resolve(draft, ALL_SECRETS);
    if (!resolution.ok) throw new Error(answersProblemText(resolution));
    return resolution.answers;
  };
  const answersForLook = (draft: Draft): Answers => {
    const resolution = resolve(draft, ALL_SECRETS, lookStandIns(draft));
    // Without any domain there is no home; a look that knows too little would say so in its findings.
    return resolution.ok ? resolution.answers : standIn({});
  };
  let installing: Begun | undefined;
  let resolved: Extract<Resolution, { ok: true }> | undefined;
  return {
    session,
    draft: {
      ...firstDraft(inputs),
      ...(typedBefore.has('adminPassword') ? { ownPassword: true } : {}),
      ...(typedBefore.has('apiKey') ? { ownApiKey: true } : {}),
    },
    isGiven: (question) =>
      given.has(keyOf(question)) || (question.kind === 'text' && onMachine.has(question.key)),
    isKept: (question) =>
      answered && (question.kind === 'choice' ? !typedBefore.has(keyOf(question)) : kept.has(question.key)),
    async lookAtMachine() {
      const busy = await atWorkHere(host);
      if (busy !== undefined) return { installed: false, lines: [], busy, answered };
      const last = await lastRun(host);
      if (await isHome(host, firstDraft(inputs), last))
        return { installed: true, lines: [], answered, home: true };
      const answers = standIn({});
      const facts = await machineTask.look(host, answers);
      const findings = machineTask.judge(facts, answers);
      return {
        installed: facts.installed,
        lines: [...firstLookLines(facts, findings), ...(options.found ?? [])],
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
        // None of it keeps anybody from going on: a cross is for what does.
        if (findings.length > 0)
          return [...findings.map(seenLine), { mark: 'waiting', text: GOES_ON_ANYWAY }];
        const addresses = facts.a.ok ? facts.a.addresses.join(', ') : '';
        return [{ mark: 'healthy', text: `The domain points to this machine (${addresses}).` }];
      } catch (error) {
        return [{ mark: 'risk', text: `otto-install could not ask DNS: ${redact(String(error))}` }];
      }
    },
    complete(draft) {
      const resolution = resolve(draft, onMachine);
      if (!resolution.ok) throw new Error(answersProblemText(resolution));
      resolved = resolution;
      return resolution.answers;
    },
    canFix: (draft) => resolve(draft, ALL_SECRETS).ok,
    found: foundHere(options.found ?? []),
    reading: (draft) => ({ host, answers: answersForLook(draft), version: session.version }),
    look(draft) {
      const answers = answersForLook(draft);
      const changes = changesSinceHealthy(host, answers);
      const { run } = begin('check', place, { answers }, { comparing: changes });
      return { run: trackRun(run), changes };
    },
    fix(draft, { title: _, ...scope }) {
      const resolution = resolve(draft, ALL_SECRETS);
      if (!resolution.ok) throw new Error(answersProblemText(resolution));
      return install(resolution, scope);
    },
    fixNotes() {
      if (installing?.gavePassword() !== true) return [];
      const text = `The password of the first account was generated. It is in ${PASSWORD_FILE}.`;
      return [{ mark: 'risk', text }];
    },
    maintenance: maintenanceEntries(operations, series, host.kind === 'rehearsal'),
    operate(draft, operation) {
      const answers = known(draft);
      return startFlow({
        operation,
        host,
        answers,
        version: session.version,
        start: options.start,
        trackRun,
      });
    },
    operating: (draft) => ({
      host,
      answers: known(draft),
      version: session.version,
      start: options.start,
    }),
    durations: () => lastDurations(host),
    plan: (answers) => trackRun(begin('plan', place, { answers }).run),
    install(answers) {
      if (resolved?.answers !== answers)
        throw new Error('these answers are not the ones that were completed');
      return install(resolved);
    },
    async savePlan(text) {
      try {
        await host.writeFile(PLAN_FILE, visibleText(text), { mode: 0o600 });
        return `Saved as ${PLAN_FILE}${host.kind === 'rehearsal' ? ' on the rehearsed server' : ''}.`;
      } catch (error) {
        return `It could not be saved: ${redact(String(error))}`;
      }
    },
    stop: (reason, gone) => endRuns(atWork, reason, gone),
    async outcome(_, answers) {
      // A run of its own process tells that it has ended before it tells what it gave.
      await installing?.run.result;
      return outcomeOf(host, answers, installing?.gavePassword() === true);
    },
  };
}

const ALL_SECRETS: ReadonlySet<AnswerKey> = new Set(SECRET_KEYS);

/**
 * Whether an Otto is here that can be looked at as a whole. An installation that was interrupted is continued
 * first: what it has not created yet is not a fault.
 */
async function isHome(host: Host, known: AnswersInput, last: LastRun | undefined): Promise<boolean> {
  if (known.domain === undefined) return false;
  if (last !== undefined && (last.outcome === undefined || last.outcome === 'stopped')) return false;
  return hasOtto(host, standIn(known));
}

/** What is known at the end in addition to the events. `gavePassword`: whether this run gave the first account its password. */
export async function outcomeOf(host: Host, answers: Answers, gavePassword: boolean): Promise<Outcome> {
  const [proof, kept] = await Promise.all([lastProof(host), keptPassword(host)]);
  return {
    proof,
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
    domain: STAND_IN_DOMAIN,
    email: 'nobody@example.com',
    adminEmail: 'nobody@example.com',
    apiKey: 'not-a-key-not-used',
    adminPassword: 'not-used',
    webuiSecretKey: 'not-a-key-not-used',
    paperclipSecret: 'not-a-key-not-used',
    ...known,
  });
}

const GOES_ON_ANYWAY =
  'Is the name right? Then you can go on: the installation waits for DNS when it needs it.';

function seenLine(finding: Finding): SeenLine {
  return { mark: 'risk', text: findingSentence(finding) };
}
