import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { keptAndOutdated } from '../../src/answers/kept.ts';
import { type AnswerInputs, resolveAnswers } from '../../src/answers/resolve.ts';
import { type Answers, SECRET_KEYS } from '../../src/answers/schema.ts';
import { checkOtto } from '../../src/commands/check/run.ts';
import { fixOtto } from '../../src/commands/fix.ts';
import { planOtto } from '../../src/commands/install.ts';
import type { Prepared } from '../../src/commands/prepare.ts';
import { inThisProcess } from '../../src/detached/work.ts';
import { discover, withoutOutdated } from '../../src/discovery/index.ts';
import { startRun } from '../../src/engine/run.ts';
import type { Host } from '../../src/host/host.ts';
import { operateInLines } from '../../src/lines/operation.ts';
import { runLogs } from '../../src/logs/command.ts';
import { operations } from '../../src/operations/index.ts';
import { planText } from '../../src/run/plan-text.ts';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import { runStatus } from '../../src/status/command.ts';
import { gather, runSupport } from '../../src/support/command.ts';
import { tasks } from '../../src/tasks/index.ts';
import { printer } from '../../src/terminal/printer.ts';
import { createWizardServices, standIn } from '../../src/wizard/services.ts';
import { callOf } from '../calls.ts';
import { EVERYTHING_HOSTILE, forbiddenIn, hostile } from '../hostile.ts';
import { droplet, KNOWN, SEEN, WHERE } from '../hostile-droplet.ts';
import { thorough } from '../thorough.ts';

/** Every output of the program over a droplet whose names, settings and logs are hostile. */

interface Out {
  readonly host: Host;
  readonly inputs: AnswerInputs;
  readonly answers: Answers;
  readonly print: (text: string) => void;
  readonly printColoured: (text: string) => void;
  readonly warn: (text: string) => void;
}

const version = '1.0.0';
const logsRequest = (json: boolean) => ({
  sources: [],
  follow: false,
  search: '',
  errorsOnly: false,
  since: undefined,
  lines: 1_000,
  json,
});
const view = ({ host, answers, print, warn }: Out) => ({
  host,
  placing: answers,
  answers,
  version,
  print,
  warn,
});

/** Each writes what it has; `keeps` says which forbidden characters its format may have. */
const OUTPUTS: Readonly<Record<string, (out: Out) => Promise<unknown>>> = {
  check: (out) => checkOtto(callOf('check'), prepared(out)),
  'check --json': (out) => checkOtto(callOf('check --json'), prepared(out)),
  status: (out) => runStatus({ ...view(out), json: false, width: 80 }),
  'status --json': (out) => runStatus({ ...view(out), json: true, width: 80 }),
  plan: (out) => planOtto(callOf('plan'), prepared(out)),
  'plan --json': (out) => planOtto(callOf('plan --json'), prepared(out)),
  fix: (out) => fixOtto(callOf('fix'), prepared(out)),
  'fix --json': (out) => fixOtto(callOf('fix --json'), prepared(out)),
  logs: (out) => logs(out, false, false),
  'logs in colours': (out) => logs(out, false, true),
  'logs --json': (out) => logs(out, true, false),
  "support's list": (out) => runSupport({ ...view(out), to: undefined, yes: true, ask: undefined }),
  "support's files": async (out) => {
    const { items } = await gather({ ...view(out), answers: { problem: 'it was not asked' } });
    for (const { name, content } of items) {
      expect(forbiddenIn(content, '\t'), name).toEqual([]);
      if (name.endsWith('.json')) expect(() => JSON.parse(content)).not.toThrow();
      out.print(content.replaceAll('\t', ' '));
    }
  },
  'questions of operations': async (out) => {
    for (const operation of operations) await asked(operation, out);
  },
  'a run log': runLog,
  'the saved plan': savedPlan,
  'kept answers': async (out) => {
    for (const words of (await keptAndOutdated(out.host)).outdated) out.warn(words);
  },
};

/** What a command begins with where nobody sits at a terminal. */
const prepared = (out: Out): Prepared => ({
  ...out,
  version,
  typedBefore: new Set(),
  start: inThisProcess({ host: out.host, version }),
  startFirst: inThisProcess({ host: out.host, version }),
  onMachine: new Set(SECRET_KEYS),
  attended: false,
  screens: false,
  found: [],
  session: () => Promise.reject(new Error('there are no screens')),
});

function logs({ host, answers, print, printColoured, warn }: Out, json: boolean, colours: boolean) {
  const { signal } = new AbortController();
  const how = { print: colours ? printColoured : print, colours, warn, signal };
  return runLogs({ request: logsRequest(json), host, answers, ...how });
}

async function asked(operation: (typeof operations)[number], { host, answers, print, warn }: Out) {
  const say = (...lines: readonly string[]) => print(`${lines.join('\n')}\n`);
  const call = { operation, yes: false, json: false };
  await operateInLines({ call, host, answers, given: {}, version, reader: undefined, say, print, warn });
}

async function runLog({ host, answers, print }: Out) {
  const logDir = mkdtempSync(join(tmpdir(), 'otto-log-'));
  try {
    const run = startRun({ tasks, host, answers, mode: 'plan', version, logDir });
    const { log } = await run.result;
    // Straight from the file: this must not need the guard at the terminal.
    const text = readFileSync(log ?? '', 'utf8');
    expect(forbiddenIn(text)).toEqual([]);
    for (const line of text.split('\n').slice(0, -1)) expect(line).toMatch(/^(\d{4}-\S+Z | {4}|# Result: )/);
    print(text);
  } finally {
    rmSync(logDir, { recursive: true });
  }
}

async function savedPlan({ host, inputs, answers, print }: Out) {
  const session = { version, machine: 'droplet', rehearsal: true, now: () => host.now() };
  const services = createWizardServices({
    host,
    session,
    inputs,
    onMachine: new Set(SECRET_KEYS),
    onProblem: print,
  });
  const run = services.plan(answers);
  let model = NOT_STARTED;
  run.subscribe((event) => {
    model = reduce(model, event);
  });
  await run.result;
  await services.savePlan(planText(model.tasks, 'Plan'));
  const text = (await host.readFile('/root/otto-plan.txt')) ?? '';
  expect(forbiddenIn(text)).toEqual([]);
  print(text);
}

/** Where the text of others is not part of what is shown: a kept answer is named and not repeated. */
const SILENT = new Set(['kept answers']);

/** What an output writes: as it leaves the program, and as it comes to the guard. */
async function written(host: Host, output: (out: Out) => Promise<unknown>) {
  const text = { left: '', before: '' };
  const stream = {
    write(piece: string) {
      text.left += piece;
      return true;
    },
  };
  const { kept } = await keptAndOutdated(host);
  const discovery = await discover(host, {});
  const inputs = { flags: KNOWN, saved: withoutOutdated(kept, discovery), discovered: discovery.answers };
  const resolution = resolveAnswers(inputs, { unattended: true, notNeeded: new Set(SECRET_KEYS) });
  const answers = resolution.ok ? resolution.answers : standIn(KNOWN);
  const guarded = printer(stream as never, stream as never, { LANG: 'C.UTF-8' });
  const noting = (write: (piece: string) => void) => (piece: string) => {
    text.before += piece;
    write(piece);
  };
  const { print, printColoured, warn } = guarded;
  const out = { print: noting(print), printColoured: noting(printColoured), warn };
  await output({ host, inputs, answers, ...out });
  return text;
}

let otto: Awaited<ReturnType<typeof droplet>>;
beforeAll(async () => {
  otto = await droplet();
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours
const OWN_COLOURS = /\u001b\[[\d;]*m/g;
const without = (name: string, text: string) =>
  name.includes('colours') ? text.replace(OWN_COLOURS, '') : text;

describe.each(Object.entries(OUTPUTS))('%s', (name, output) => {
  test.each(WHERE)('shows what is hostile in %s, visibly', async (where) => {
    const { left, before } = await written(otto.spoil(EVERYTHING_HOSTILE, where), output);
    expect(forbiddenIn(without(name, left))).toEqual([]);
    // What is laid out has to be visible before that, since what is visible is wider.
    expect(forbiddenIn(without(name, before))).toEqual([]);
    if (!SILENT.has(name)) expect(left).toContain(SEEN);
    if (name.includes('--json'))
      for (const line of left.split('\n').filter((one) => one.startsWith('{')))
        expect(forbiddenIn(JSON.stringify(JSON.parse(line)))).toEqual([]);
  });

  test('has nothing in it that steers a terminal or hides', async () => {
    await fc.assert(
      fc.asyncProperty(hostile({ maxLength: 40 }), fc.constantFrom(...WHERE), async (text, where) => {
        const { left } = await written(otto.spoil(text, where), output);
        expect(forbiddenIn(without(name, left))).toEqual([]);
      }),
      { numRuns: thorough ? 5 : 1 },
    );
  });
});

test('what was found on the machine and cannot be an answer', async () => {
  const { found, unsure } = await discover(otto.spoil(EVERYTHING_HOSTILE, 'settings'), {});
  expect(unsure.map(({ text }) => text).join()).toContain(SEEN);
  const { outdated } = await keptAndOutdated(otto.spoil(EVERYTHING_HOSTILE));
  expect(outdated).toEqual([expect.stringContaining('model from the last run')]);
  expect(forbiddenIn([...found, ...unsure].map(({ text }) => text).join('\n'))).toEqual([]);
});

test.each([
  ['with all characters', 'C.UTF-8', '●'],
  ['in ASCII', 'C', '+'],
])('what a part has forgotten becomes visible at the last guard, %s', (_, LANG, mark) => {
  const left: string[] = [];
  const stream = { write: (text: string) => left.push(text) > 0 };
  const { print, printColoured, warn } = printer(stream as never, stream as never, { LANG });
  print(`● ${EVERYTHING_HOSTILE}`);
  warn(EVERYTHING_HOSTILE);
  printColoured(`\u001b[31m${EVERYTHING_HOSTILE.replaceAll('\u001b[31m', '')}\u001b[39m`);
  expect(left[0]?.startsWith(mark)).toBe(true);
  expect(left[2]).toMatch(OWN_COLOURS);
  expect(forbiddenIn(left.join('\n').replace(OWN_COLOURS, ''))).toEqual([]);
});
