import { RUN_COMMAND } from '../detached/run-command.ts';
import { SOURCES } from '../logs/line.ts';
import { EXIT } from '../run/exit-code.ts';
import type { Command } from './command.ts';
import { help as showHelp } from './help.ts';
import { knownCodes } from './known-codes.ts';
import { operationCommands } from './operation-commands.ts';
import { ANSWERS_FILE, DETACH, JSON_LINES, PLAIN, REHEARSE, YES } from './options.ts';

/**
 * Every command. Help, man page, docs/commands.md, completion and the parser are made from this; what carries a command out
 * is imported when it runs, so that none of them is heavy.
 */

const install: Command = {
  name: 'install',
  summary: 'look, ask, show the plan, and install or repair; this is what runs without a command',
  about: [
    'Looks at this server, asks what it needs to know, shows every command and every file before it touches anything, and then installs ' +
      'an Otto or repairs the one that is here.',
    'What is done is kept: when you start it again, it continues from there.',
  ],
  options: [YES, JSON_LINES, PLAIN, DETACH, REHEARSE, ANSWERS_FILE],
  takesAnswers: true,
  examples: [
    'otto-install',
    'otto-install --yes --domain otto.example.com --email you@example.com',
    'otto-install --yes --answers answers.yaml',
  ],
  exits: {
    ok: 'Otto is ready',
    notDone: 'findings remain, or it failed',
    couldNotRun: 'wrong use, or missing answers',
    stopped: 'stopped by you',
  },
  run: async (call, shell) => (await import('./install.ts')).install(call, shell),
};

const check: Command = {
  name: 'check',
  summary: 'only look; --watch repeats, --list names every check',
  about: [
    'Looks at every part and says what is wrong, why that matters and how it can be fixed. Changes nothing, and asks Claude one real question.',
  ],
  options: [
    { name: 'watch', what: 'keep looking, and print what changes; Ctrl-C stops' },
    {
      name: 'every',
      value: 'SECONDS',
      what: 'the pause between two looks (30); implies --watch',
      problem: (value) =>
        Number(value) >= 1 && Number(value) <= 86_400
          ? undefined
          : '--every takes a number of seconds, at least 1.',
    },
    { name: 'list', what: 'name every check and every code, and look at nothing' },
    JSON_LINES,
    REHEARSE,
    ANSWERS_FILE,
  ],
  takesAnswers: true,
  examples: ['otto-install check', 'otto-install check --json', 'otto-install check --watch --every 60'],
  exits: {
    ok: 'everything is healthy',
    notDone: 'there are findings',
    couldNotRun: 'wrong use, missing answers, no Otto here, or it could not look',
    stopped: 'stopped by you',
  },
  run: async (call, shell) => (await import('./check/run.ts')).check(call, shell),
};

const fix: Command = {
  name: 'fix',
  summary: 'fix these findings (naming one is consent), or all safe ones',
  about: [
    'Fixes the findings with these codes and what follows from them: to name a finding is to agree to what its fix interrupts, ' +
      'as it is found before anything is changed; what turns out to be something else is not done (exit code 1). Without a ' +
      'code, everything that needs no consent. `otto-install check` shows the codes.',
    'Never installs a first Otto.',
  ],
  operands: {
    name: 'CODE',
    many: true,
    what: 'what `otto-install check` shows with a finding',
    values: () => knownCodes().map(({ code }) => code),
  },
  options: [YES, JSON_LINES, PLAIN, DETACH, REHEARSE, ANSWERS_FILE],
  takesAnswers: true,
  examples: ['otto-install fix', 'otto-install fix docker-down'],
  exits: {
    ok: 'everything is healthy afterwards',
    notDone: 'findings remain, or it failed',
    couldNotRun: 'no such code, no Otto here, or missing answers',
    stopped: 'stopped by you',
  },
  run: async (call, shell) => (await import('./fix.ts')).fix(call, shell),
};

const plan: Command = {
  name: 'plan',
  summary: 'print what would be done, change nothing',
  about: [
    'Prints every command that an installation or repair would run, and every file that it would write, with secrets masked.',
  ],
  options: [JSON_LINES, REHEARSE, ANSWERS_FILE],
  takesAnswers: true,
  examples: ['otto-install plan --domain otto.example.com --email you@example.com'],
  exits: {
    ok: 'planned, also when there is something to do',
    couldNotRun: 'wrong use, missing answers, or it could not look',
    stopped: 'stopped by you',
  },
  run: async (call, shell) => (await import('./install.ts')).plan(call, shell),
};

const status: Command = {
  name: 'status',
  summary: 'services, ports, versions and findings on one screen',
  about: [
    'Services, ports, versions, certificate, disk space, the last backup and the last run on one screen, and what a check of everything finds. ' +
      'Changes nothing, needs no answers.',
  ],
  options: [{ ...JSON_LINES, what: 'one object' }, REHEARSE],
  takesAnswers: true,
  examples: ['otto-install status', 'otto-install status --json'],
  exits: {
    ok: 'everything was checked and runs',
    notDone: 'something does not, or was not checked',
    couldNotRun: 'no Otto here, or could not run',
  },
  run: async (call, shell) => (await import('./views.ts')).status(call, shell),
};

const logs: Command = {
  name: 'logs',
  summary: 'the logs of all parts by time; --follow, --search, --errors, --since',
  about: [
    'Shows what these parts log, by time; without a name, all of them. Reading changes nothing. Secrets that otto-install knows, ' +
      'and anything that looks like one, appear as ••••.',
  ],
  operands: { name: 'PART', many: true, what: SOURCES.join(', '), values: () => SOURCES },
  options: [
    { name: 'follow', short: 'f', what: 'keep showing new lines; Ctrl-C ends it with exit code 0' },
    { name: 'search', value: 'TEXT', what: 'only lines with this text, ignoring case' },
    { name: 'errors', what: 'only errors, answers 5xx, and tracebacks' },
    { name: 'since', value: 'TIME', what: "2h, 30m, 3d, 10:00, '2026-11-22 10:00'" },
    {
      name: 'lines',
      short: 'n',
      value: 'N',
      what: 'the newest N (100; with --follow 20; with --since all)',
      problem: (value) => (/^\d{1,6}$/.test(value) ? undefined : '--lines takes a number of lines.'),
    },
    { ...JSON_LINES, what: 'one object a line: {at, source, level, error, text}' },
    REHEARSE,
  ],
  takesAnswers: true,
  examples: [
    'otto-install logs --errors --since 1d',
    'otto-install logs hermes open-webui -f',
    "otto-install logs nginx --search ' 502 ' --since 2h | less",
  ],
  exits: {
    ok: 'read, also when nothing was found',
    notDone: 'nothing could be read',
    couldNotRun: 'wrong use, or no Otto here',
    stopped: 'stopped before anything was shown',
  },
  run: async (call, shell) => (await import('./views.ts')).logs(call, shell),
};

const support: Command = {
  name: 'support',
  summary: 'a file for whoever helps you, without secrets',
  about: [
    'Writes one file for whoever helps you: status, findings, settings, the last lines of all logs, and what the system says. It ' +
      'lists what goes in, and asks first.',
    'Secrets are masked by value and by shape, and otto-install searches the finished file for each secret that it knows. Variables show names ' +
      "and lengths, visitors' addresses end in x, e-mail addresses keep their first letter. No chats, accounts or database.",
  ],
  options: [
    { name: 'to', value: 'FILE', what: 'otherwise /root/otto-support-….tar.gz' },
    { ...YES, what: 'do not ask' },
    REHEARSE,
  ],
  takesAnswers: true,
  examples: ['otto-install support', 'otto-install support --to /root/for-support.tar.gz'],
  exits: {
    ok: 'written and read back',
    notDone: 'not written',
    couldNotRun: 'nobody agreed',
    stopped: 'you said no',
  },
  run: async (call, shell) => (await import('./views.ts')).support(call, shell),
};

const handover: Command = {
  name: 'handover',
  summary: 'a message for whoever gets this Otto, ready to send',
  about: [
    'Prints a message for your client: the address, how to sign in, first steps, how to add people, what Otto can do. It holds no ' +
      'password: send that another way.',
  ],
  options: [REHEARSE],
  takesAnswers: true,
  examples: ['otto-install handover', 'otto-install handover > message.txt'],
  exits: { ok: 'printed', couldNotRun: 'wrong use, or no Otto here' },
  run: async (call, shell) => (await import('./views.ts')).handover(call, shell),
};

const completion: Command = {
  name: 'completion',
  summary: 'what bash, zsh or fish need to complete these commands',
  about: [
    'Prints a script for the shell. It knows commands, options, their values, codes and parts, and starts nothing.',
  ],
  operands: { name: 'SHELL', what: 'bash, zsh or fish', values: () => ['bash', 'zsh', 'fish'] },
  options: [],
  takesAnswers: false,
  examples: [
    'otto-install completion bash > /etc/bash_completion.d/otto-install',
    'otto-install completion zsh > /usr/local/share/zsh/site-functions/_otto-install',
    'otto-install completion fish > /etc/fish/completions/otto-install.fish',
  ],
  exits: { ok: 'printed', couldNotRun: 'no such shell' },
  run: async (call, shell) => (await import('./completion/index.ts')).complete(call, shell),
};

const help: Command = {
  name: 'help',
  summary: 'this help, or that of one command',
  about: ['Explains the program, or one of its commands: the same as COMMAND --help.'],
  operands: {
    name: 'COMMAND',
    what: 'one that otto-install --help names',
    values: () => COMMANDS.map(({ name }) => name),
  },
  options: [],
  takesAnswers: false,
  examples: ['otto-install help', 'otto-install help logs'],
  exits: { ok: 'printed', couldNotRun: 'no such command' },
  run: showHelp,
};

const version: Command = {
  name: 'version',
  summary: 'print the version',
  about: ['Prints the version of otto-install.'],
  options: [],
  takesAnswers: false,
  examples: ['otto-install version'],
  exits: { ok: 'printed' },
  run: async (_, { print, version }) => {
    print(`${version}\n`);
    return EXIT.ok;
  },
};

const attach: Command = {
  name: 'attach',
  summary: 'watch the run that is at work, from any session',
  about: [
    'An installation, a fix or an operation that you start in a terminal has a process of its own: it goes on when the connection breaks or ' +
      'the window is closed. This shows it again, from its beginning, and asks you what it asks. If it has ended while nobody watched, it shows that.',
    'Several may watch; one decides, and Ctrl-T takes that over.',
  ],
  options: [JSON_LINES, PLAIN],
  takesAnswers: false,
  examples: ['otto-install attach', 'otto-install attach --json'],
  exits: {
    ok: 'it ended well; it was left running; or nothing was at work',
    notDone: 'it ended with findings, or failed',
    couldNotRun: 'you are not root',
    stopped: 'it was stopped',
  },
  run: async (call, shell) => (await import('./attach.ts')).attach(call, shell),
};

/** What is not typed: the process of a run. It stands in no help. */
export const RUN_DETACHED: Command = {
  name: RUN_COMMAND,
  summary: 'the process of a run',
  about: [],
  options: [],
  takesAnswers: false,
  examples: [],
  exits: {},
  run: async (call, shell) => (await import('./run-detached.ts')).runDetached(call, shell),
};

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [
  install,
  check,
  fix,
  plan,
  status,
  logs,
  support,
  handover,
  ...operationCommands,
  attach,
  completion,
  help,
  version,
];
