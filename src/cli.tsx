import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { AnswersFileError, readAnswersFile, readSecretFile } from './answers/file.ts';
import { keptAndOutdated, secretsOnMachine } from './answers/kept.ts';
import { type AnswerInputs, answersProblemText, resolveAnswers } from './answers/resolve.ts';
import { type AnswersInput, userProblem } from './answers/schema.ts';
import { answersFromEnvironment } from './answers/sources.ts';
import { runBatch } from './commands/batch.ts';
import { listJson, listText } from './commands/check/list.ts';
import { runCheck } from './commands/check/run.ts';
import { type Invocation, parseCommandLine, UsageError } from './commands/command-line.ts';
import { type FixShow, runFix } from './commands/fix.ts';
import { helpText } from './commands/help.ts';
import { type OperateShow, runOperate } from './commands/operation.ts';
import {
  completions,
  familyHelp,
  operationHelp,
  parseOperation,
  seriesHelp,
} from './commands/operation-words.ts';
import { viewHelp } from './commands/view-help.ts';
import { isView, runView } from './commands/views.ts';
import { discover, withoutOutdated } from './discovery/index.ts';
import type { Host } from './host/host.ts';
import { operatorPath, settle } from './host/surroundings.ts';
import { runPlainWizard } from './lines/wizard.ts';
import { operations, series } from './operations/index.ts';
import { EXIT } from './run/exit-code.ts';
import { redact, Secret } from './secret/secret.ts';
import { isPublic, LIST_ADDRESSES, parseAddresses } from './system/network/addresses.ts';
import { ownVersion } from './system/own-version.ts';
import { canRedraw, wantsColour } from './terminal/capabilities.ts';
import { InputEnded, LineReader } from './terminal/line-reader.ts';
import { printer } from './terminal/printer.ts';
import { finishCutOff } from './wizard/cut-off.ts';
import { createWizardServices } from './wizard/services.ts';

const { print, printColoured, warn } = printer(process.stdout, process.stderr, process.env);

/** Exit code of what could not be brought to its end. */

/** Words that lead to exit code 2. */
class CannotRun extends Error {}

/** Stand-ins with which a rehearsal begins; nobody ever gets mail at example.com. */
const REHEARSAL_EXAMPLES: AnswersInput = { domain: 'otto.client.example', email: 'ops@client.example' };

/** Without a terminal nobody can sign in anywhere, so these stand for tokens. They open nothing. */
const REHEARSAL_TOKENS: AnswersInput = {
  github: 'token',
  githubToken: 'a-token-of-a-rehearsal',
  claude: 'api-key',
  anthropicApiKey: 'sk-ant-only-for-a-rehearsal',
};

/** How many times faster than the real thing a rehearsal passes: so fast that it stays a picture of it. Tests hurry more. */
const REHEARSAL_SPEED = Number(process.env.OTTO_REHEARSAL_SPEED) || 8;

/** Runs the program; resolves to its exit code. */
async function main(words: readonly string[]): Promise<number> {
  const open = completions(words, operations, series);
  if (open.length > 0 && words.some((word) => word === '--help' || word === '-h'))
    return said(familyHelp(open));
  const call = parseOperation(await completed(words), operations, series);
  if (call?.help === true)
    return said(call.series === undefined ? operationHelp(call.operation) : seriesHelp(call.series));
  // An operation starts as a fix does: on an Otto that is there, with or without somebody to be asked.
  const invocation = parseCommandLine(call === undefined ? words : ['fix', ...call.common]);
  const version = ownVersion();
  if (invocation.command === 'help') return said(viewHelp(words) ?? helpText());
  if (invocation.command === 'version') return said(`${version}\n`);
  if (invocation.list) return said(invocation.json ? listJson() : listText());

  const attended = isAttended(invocation);
  const screens = attended && !invocation.plain && canRedraw(process.env);
  const host = await chooseHost(invocation, attended);
  const rehearsal = host.kind === 'rehearsal';
  if (isView(invocation)) {
    const colours = process.stdout.isTTY === true && invocation.color && wantsColour(process.env);
    const shown = { print: colours && invocation.command === 'logs' ? printColoured : print, warn };
    return runView({ invocation, host, given: givenAnswers(invocation), version, colours, ...shown });
  }
  const changes = invocation.command === 'install' || invocation.command === 'fix';
  const cutOff = changes ? await finishCutOff(host, version, { json: invocation.json, print }) : undefined;
  if (cutOff?.free === false) return EXIT.notDone;
  const { kept, outdated } = await keptAndOutdated(host);
  const discovery = await discover(host, kept);
  const inputs: AnswerInputs = {
    ...givenAnswers(invocation),
    saved: withoutOutdated(kept, discovery),
    discovered: discovery.answers,
    ...(rehearsal ? { examples: { ...REHEARSAL_EXAMPLES, ...(attended ? {} : REHEARSAL_TOKENS) } } : {}),
  };
  const user = [inputs.flags, inputs.environment, inputs.file, inputs.saved, inputs.discovered].find(
    (source) => source?.user,
  )?.user;
  // What is no name is said with the rest of what is wrong; it names no home either.
  const known = user === undefined || userProblem(user) !== undefined ? 'cleo' : user;
  const onMachine = await secretsOnMachine(host, known);
  const told = { ...inputs.saved, ...inputs.file, ...inputs.environment, ...inputs.flags };
  if (!attended) {
    for (const text of outdated) warn(text);
    for (const { key, text } of discovery.unsure) if (told[key] === undefined) warn(text);
  }
  const sessionHere = async () => {
    const machine = rehearsal ? 'otto-rehearsal' : await machineLabel(host);
    return { version, machine, rehearsal, now: () => host.now() };
  };
  if (call !== undefined) {
    const onScreens = async (show: OperateShow) => {
      chooseColours(invocation);
      const { runOperateScreens } = await import('./screens/operation-app.tsx');
      return runOperateScreens({ ...show, host, session: await sessionHere() });
    };
    const common = { call, host, inputs, onMachine, version, attended, print, warn };
    return runOperate(screens ? { ...common, screens: onScreens } : common);
  }
  if (invocation.command === 'fix') {
    const onScreens = async (show: FixShow) => {
      chooseColours(invocation);
      const { runFixScreens } = await import('./screens/fix-app.tsx');
      return runFixScreens({ ...show, session: await sessionHere() });
    };
    const common = { invocation, host, inputs, version, attended, print, warn };
    return runFix(screens ? { ...common, screens: onScreens } : common);
  }
  if (invocation.command === 'check') return runCheck({ invocation, host, inputs, version, print, warn });
  if (!attended) return runBatch({ invocation, host, inputs, onMachine, version, print, warn });
  // What was given is not asked, so it has to be right before the first screen.
  const given = resolveAnswers(inputs, { unattended: false });
  if (!given.ok && given.invalid.length > 0)
    throw new CannotRun(answersProblemText({ ...given, missing: [] }));

  const session = await sessionHere();
  // What a run was told is nothing that was found.
  const seen = kept.domain === undefined ? [...discovery.found, ...discovery.unsure] : [];
  const old = outdated.map((text) => ({ mark: 'risk' as const, text }));
  const found = [...(cutOff?.said ?? []), ...old, ...seen];
  if (!screens) return talk({ host, session, inputs, onMachine, found, onProblem: warn });

  chooseColours(invocation);
  const { runWizard } = await import('./screens/wizard.tsx');
  return runWizard({ host, inputs, onMachine, session, found });
}

/** The words with what they leave open ('update', of what?), asked where somebody sits at a terminal. */
async function completed(words: readonly string[]): Promise<readonly string[]> {
  const open = completions(words, operations, series);
  const atTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const silent = words.some((word) => ['--yes', '-y', '--json'].includes(word));
  if (open.length === 0 || !atTerminal || silent) return words;
  const reader = new LineReader(process.stdin, process.stdout);
  try {
    for (const [index, { title, help }] of open.entries()) print(`  ${index + 1}. ${title}: ${help}\n`);
    for (;;) {
      const chosen = open[Number(await reader.line('Which number? ')) - 1];
      if (chosen !== undefined) return [...chosen.command.split(' '), ...words.slice(1)];
    }
  } finally {
    reader.close();
  }
}

/** Before Ink is loaded: its colours look at FORCE_COLOR only once, never at NO_COLOR, and go away when CI is set (facts: terminal 7). */
function chooseColours({ color }: Invocation): void {
  process.env.FORCE_COLOR = color && wantsColour(process.env) ? (process.env.FORCE_COLOR ?? '1') : '0';
}

/** Whether somebody sits there to be asked. */
function isAttended({ command, yes, json }: Invocation): boolean {
  const atTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return (command === 'install' || command === 'fix') && !yes && !json && atTerminal;
}

/** The same wizard without screens: for screen readers, and for terminals that cannot redraw. */
async function talk(options: Parameters<typeof createWizardServices>[0]): Promise<number> {
  const reader = new LineReader(process.stdin, process.stdout);
  try {
    return await runPlainWizard({ services: createWizardServices(options), reader, print });
  } finally {
    reader.close();
  }
}

/**
 * This machine, when it can hold an Otto and we may change it; otherwise a rehearsal. With --yes, and for every other command,
 * that would be a lie: a script would believe that something was done or seen.
 */
async function chooseHost({ rehearse, yes, command }: Invocation, attended: boolean): Promise<Host> {
  const why = whyNotHere();
  if (!rehearse && why === undefined) {
    const { LocalHost } = await import('./host/local.ts');
    return new LocalHost();
  }
  if (!rehearse && (yes || command !== 'install')) {
    throw new CannotRun(`${why} Nothing was done. To see what it would be like: otto-install --rehearse`);
  }
  const { createRehearsal } = await import('./rehearsal/index.ts');
  if (!rehearse && !attended) warn(`${why} So this is a rehearsal.`);
  const begin = process.env.OTTO_REHEARSE;
  if (begin !== 'healthy' && begin !== 'broken') return createRehearsal({ speed: REHEARSAL_SPEED }).host;
  const { rehearseWithOtto } = await import('./commands/rehearse.ts');
  const known = { ...REHEARSAL_EXAMPLES, ...REHEARSAL_TOKENS };
  return (await rehearseWithOtto(begin, known, REHEARSAL_SPEED)).host;
}

function whyNotHere(): string | undefined {
  if (process.platform !== 'linux') return 'Otto is installed on a Linux server; this is none.';
  if (process.getuid?.() !== 0) return 'Otto is installed as root; this is another user.';
  if (!existsSync('/run/systemd/system')) return 'Otto needs systemd, which does not run this machine.';
  return undefined;
}

/** The answers of the flags, the variables and the file. Throws {@link AnswersFileError}. */
function givenAnswers({ flags, secretFiles, answersFile }: Invocation): AnswerInputs {
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

/** 'otto-fra1 · 203.0.113.10' */
async function machineLabel(host: Host): Promise<string> {
  const { stdout } = await host.exec(LIST_ADDRESSES, { timeoutMs: 3_000 });
  const address = parseAddresses(stdout).find(({ family, address: ip }) => family === 4 && isPublic(ip));
  return address === undefined ? hostname() : `${hostname()} · ${address.address}`;
}

function said(text: string): number {
  print(text);
  return 0;
}

/** What nobody caught. Node would print it raw. */
function unexpected(error: unknown): void {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  warn(`otto-install came to an end that it did not expect: ${redact(what)}`);
}

// Whoever reads our output may stop reading (`| head`), and a connection may break. What has begun goes on all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// A library's warning may hold the text that it is about; Node would print it as it is.
process.removeAllListeners('warning').on('warning', ({ message }) => warn(message));
process.on('uncaughtException', (error) => {
  unexpected(error);
  process.exit(2);
});

settle();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof InputEnded) process.exitCode = 130;
  else if (error instanceof UsageError) warn(`${error.message}\nMore: otto-install --help`);
  else if (error instanceof CannotRun || error instanceof AnswersFileError) warn(error.message);
  else unexpected(error);
  process.exitCode ??= 2;
}
await leave();

/**
 * Ends the process once everything is printed. A look that nobody waits for any more (its need turned out unhealthy) may
 * hang in a firewall for a minute; nothing at work changes the machine by now.
 */
async function leave(): Promise<void> {
  const flushed = [process.stdout, process.stderr].map((stream) => {
    return new Promise<void>((resolve) => stream.write('', () => resolve()));
  });
  setTimeout(() => process.exit(), 2_000).unref();
  await Promise.all(flushed);
  process.exit();
}
