import { hostname } from 'node:os';
import { readAnswersFile, readSecretFile } from '../answers/file.ts';
import { keptAndOutdated, secretsOnMachine } from '../answers/kept.ts';
import type { AnswerInputs } from '../answers/resolve.ts';
import { type AnswerKey, userProblem } from '../answers/schema.ts';
import { answersFromEnvironment } from '../answers/sources.ts';
import { typedBefore } from '../answers/typed-secrets.ts';
import { detached, isAtWork } from '../detached/here.ts';
import { inThisProcess, type StartWork } from '../detached/work.ts';
import { discover, withoutOutdated } from '../discovery/index.ts';
import type { Host } from '../host/host.ts';
import { operatorPath } from '../host/surroundings.ts';
import { CannotRun, Ended, EXIT } from '../run/exit-code.ts';
import type { Session } from '../run/session.ts';
import type { SeenLine } from '../run/shown-line.ts';
import { Secret } from '../secret/secret.ts';
import { isPublic, LIST_ADDRESSES, parseAddresses } from '../system/network/addresses.ts';
import { canRedraw, showsUnicode, wantsColour } from '../terminal/capabilities.ts';
import { takesSignals } from '../terminal/signals.ts';
import { finishCutOff } from '../wizard/cut-off.ts';
import type { Call, Shell } from './command.ts';
import { keepCrash } from './keep-crash.ts';
import { chooseHost, isAtTerminal, REHEARSAL_EXAMPLES, REHEARSAL_TOKENS } from './machine.ts';
import { DETACH } from './options.ts';

/** What a command that deals with an Otto begins with. */
export interface Prepared {
  readonly host: Host;
  readonly inputs: AnswerInputs;
  /** Secrets that the machine has already. */
  readonly onMachine: ReadonlySet<AnswerKey>;
  /** Secrets that the last run was given, and that it did not come to a healthy end with. */
  readonly typedBefore: ReadonlySet<AnswerKey>;
  readonly version: string;
  /** How runs that change the machine are started. */
  readonly start: StartWork;
  /** How those are started that others follow upon: they are never left alone. */
  readonly startFirst: StartWork;
  /** Somebody sits at a terminal and can be asked. */
  readonly attended: boolean;
  /** On screens; otherwise in lines. */
  readonly screens: boolean;
  readonly session: () => Promise<Session>;
  /** What was discovered on this machine because nobody had said it, and what was finished first. */
  readonly found: readonly SeenLine[];
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
}

/**
 * Finds out where a command runs, what is known, and who is there. One that `changes` something asks where it can, and first
 * brings to its end what a power cut left in the middle.
 */
export async function prepare(
  call: Call,
  shell: Shell,
  { changes }: { readonly changes: boolean },
): Promise<Prepared> {
  const { print, warn, version } = shell;
  const attended = changes && !call.yes && !call.json && isAtTerminal();
  const host = await chooseHost(call, shell, attended);
  const given = givenAnswers(call, warn);
  const here = { host, version, onProblem: warn };
  const leaves = call.values.has(DETACH.name);
  const start =
    host.kind === 'local' && (attended || leaves) ? await detached(here, { leaves }) : inThisProcess(here);
  if (changes && host.kind === 'local' && (await isAtWork())) throw new CannotRun(AT_WORK);
  // What was asked for may go on alone, but not before that is known to have been finished.
  const startFirst = leaves && host.kind === 'local' ? await detached(here) : start;
  const cutOff = changes ? await finishCutOff(host, startFirst, { json: call.json, print }) : undefined;
  if (cutOff?.free === false) throw new Ended(EXIT.notDone);
  const { kept, outdated } = await keptAndOutdated(host);
  const discovery = await discover(host, kept);
  const rehearsal = host.kind === 'rehearsal';
  const inputs: AnswerInputs = {
    ...given,
    saved: withoutOutdated(kept, discovery),
    discovered: discovery.answers,
    ...(rehearsal ? { examples: { ...REHEARSAL_EXAMPLES, ...(attended ? {} : REHEARSAL_TOKENS) } } : {}),
  };
  const told = { ...inputs.saved, ...inputs.file, ...inputs.environment, ...inputs.flags };
  if (!attended) {
    for (const text of outdated) warn(text);
    for (const { key, text } of discovery.unsure) if (told[key] === undefined) warn(text);
  }
  // What a run was told is nothing that was found.
  const seen = kept.domain === undefined ? [...discovery.found, ...discovery.unsure] : [];
  const old = outdated.map((text) => ({ mark: 'risk' as const, text }));
  return {
    host,
    inputs,
    onMachine: await secretsOnMachine(host, knownUser(inputs) ?? 'cleo'),
    typedBefore: await typedBefore(host),
    version,
    start,
    startFirst,
    attended,
    screens: attended && !call.plain && canRedraw(process.env),
    session: () => sessionOn(host, version),
    found: [...(cutOff?.said ?? []), ...old, ...seen],
    print,
    warn,
  };
}

/** The user that Otto runs as, as far as anybody has said it. What is no name is said with the rest of what is wrong. */
export function knownUser({ flags, environment, file, saved, discovered }: AnswerInputs): string | undefined {
  const user = [flags, environment, file, saved, discovered].find((source) => source?.user)?.user;
  return user === undefined || userProblem(user) !== undefined ? undefined : user;
}

/** The answers of the flags, the variables and the file. Throws AnswersFileError. */
export function givenAnswers(
  { flags, secretFiles, answersFile }: Call,
  warn: (text: string) => void,
): AnswerInputs {
  const secrets = Object.entries(secretFiles).map(([key, path]) => {
    const { value, warning } = readSecretFile(operatorPath(path), key);
    if (warning !== undefined) warn(warning);
    return [key, new Secret(value)];
  });
  const file = answersFile === undefined ? undefined : readAnswersFile(operatorPath(answersFile));
  if (file?.warning !== undefined) warn(file.warning);
  return {
    flags: { ...flags, ...Object.fromEntries(secrets) },
    environment: answersFromEnvironment(process.env),
    ...(file === undefined ? {} : { file: file.answers }),
  };
}

/** Before Ink is loaded: its colours look at FORCE_COLOR only once, never at NO_COLOR, and go away when CI is set (facts: terminal 7). */
export function chooseColours({ color }: Call): void {
  process.env.FORCE_COLOR = color && wantsColour(process.env) ? (process.env.FORCE_COLOR ?? '1') : '0';
}

/** Only one run at a time changes a machine. */
const AT_WORK =
  'Another otto-install is at work on this machine, and only one can be. Watch it with otto-install attach; when it has ended, start this again.';

/** What the screens know of where they are. */
export async function sessionOn(host: Host, version: string): Promise<Session> {
  const rehearsal = host.kind === 'rehearsal';
  const machine = rehearsal ? 'otto-rehearsal' : await machineLabel(host);
  return {
    version,
    machine,
    rehearsal,
    signals: takesSignals(process.env),
    blocks: showsUnicode(process.env),
    now: () => host.now(),
    ...(rehearsal ? {} : { keepCrash: (error: unknown) => keepCrash(error) }),
  };
}

/** 'otto-fra1 · 203.0.113.10' */
async function machineLabel(host: Host): Promise<string> {
  const { stdout } = await host.exec(LIST_ADDRESSES, { timeoutMs: 3_000 });
  const address = parseAddresses(stdout).find(({ family, address: ip }) => family === 4 && isPublic(ip));
  return address === undefined ? hostname() : `${hostname()} · ${address.address}`;
}
