import { structuredPatch } from 'diff';
import type { Host } from '../host/host.ts';
import { redactUntrusted } from '../secret/masking.ts';
import { mask, redact, reveal } from '../secret/secret.ts';
import { shortened } from '../text/shortened.ts';
import { visibleDeep } from '../text/visible.ts';
import type { Action, Command, WriteFile } from './contracts/action.ts';
import type { ActionView } from './contracts/action-view.ts';
import type { FindingView, FixView } from './contracts/event.ts';
import type { Finding, Fix } from './contracts/task.ts';
import type { FileOrigin } from './records/ledger.ts';

/** Diffs that take longer than this are not worth reading. */
const DIFF_LIMIT_MS = 300;

/** Evidence that is longer quotes a program that prints without end. */
const LONGEST_EVIDENCE = 2_000;

/** Says what is on the machine now, for the diffs. */
export interface Present {
  readonly host: Pick<Host, 'readFile'>;
  origin(path: string): Promise<FileOrigin>;
}

/** A finding as it may be shown: secrets masked, files as diffs. */
export async function viewFinding(finding: Finding, present: Present): Promise<FindingView> {
  const fixes = finding.fixes.map(async (fix) => ({
    ...shownFix(fix),
    actions: await Promise.all(fix.actions.map((action) => viewAction(action, present))),
  }));
  return {
    code: finding.code,
    severity: finding.severity,
    evidence: shortened(redactUntrusted(finding.evidence), LONGEST_EVIDENCE),
    reason: redact(finding.reason),
    ...(finding.impact === undefined ? {} : { impact: redact(finding.impact) }),
    fixes: await Promise.all(fixes),
    ...(finding.trial === undefined
      ? {}
      : { trial: { ...finding.trial, command: redactUntrusted(finding.trial.command) } }),
  };
}

/** A fix as it is shown, without its actions: what a consent to it has to name, letter by letter. */
export function shownFix({ id, title, consequence }: Fix): Omit<FixView, 'actions'> {
  return visibleDeep({
    id: redactUntrusted(id),
    title: redact(title),
    ...(consequence === undefined ? {} : { consequence: redact(consequence) }),
  });
}

/** An action as it may be shown. */
export async function viewAction(action: Action, present: Present): Promise<ActionView> {
  if (action.kind === 'write-file') return viewWrite(action, present);
  const common = {
    purpose: redact(action.purpose),
    user: action.user,
    command: redact(commandLine(action)),
  };
  if (action.kind === 'converse') return { kind: 'converse', ...common };
  return {
    kind: 'run',
    ...common,
    ...(action.cwd === undefined ? {} : { cwd: action.cwd }),
    ...(action.input === undefined ? {} : { input: redactUntrusted(mask(action.input)) }),
  };
}

async function viewWrite(action: WriteFile, present: Present): Promise<ActionView> {
  const [old, origin] = await readable(action.path, present);
  const change = origin === 'absent' ? 'new' : old === reveal(action.content) ? 'unchanged' : origin;
  return {
    kind: 'write-file',
    purpose: redact(action.purpose),
    path: redact(action.path),
    mode: action.mode.toString(8).padStart(4, '0'),
    owner: action.owner,
    change,
    diff: change === 'unchanged' ? '' : maskedDiff(old ?? '', action),
  };
}

/** The old content; a file that cannot be read is shown as entirely replaced, and never counts as ours. */
async function readable(path: string, present: Present): Promise<[string | undefined, FileOrigin]> {
  try {
    return await Promise.all([present.host.readFile(path), present.origin(path)]);
  } catch {
    return [undefined, 'not-ours'];
  }
}

/** The command as you would type it into a shell, with its extra variables. */
export function commandLine({ argv, env = {} }: Pick<Command, 'argv' | 'env'>): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${shellWord(value)}`);
  return [...variables, ...argv.map(shellWord)].join(' ');
}

/** The word as a shell needs it: quoted only where necessary. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The change of a file, unified and without a header. Masked before it is cut into lines, so that a secret of several
 * lines disappears too; what is masked is still compared by its clear text, so that a changed key shows as a change.
 */
function maskedDiff(oldClear: string, action: WriteFile): string {
  const newClear = reveal(action.content);
  const before = comparable(oldClear, redactUntrusted(oldClear));
  const after = comparable(newClear, redactUntrusted(mask(action.content)));
  const patch = structuredPatch('', '', before, after, '', '', { context: 3, timeout: DIFF_LIMIT_MS });
  if (patch === undefined) return '(too long to compare)';
  return patch.hunks
    .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      // In a new file every line is new, so line numbers say nothing.
      ...(oldClear === '' ? [] : [`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`]),
      ...lines.map((line) => line.replace(MARK, '')),
    ])
    .join('\n');
}

/** As diff(1) writes it: a range without lines names the line before it. */
function range(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

/** What follows this character in a line is only for comparing. */
const MARK = /\uE000[\s\S]*/;

/** The masked text, each masked line marked with its clear text so that the comparison sees what must not be shown. */
function comparable(clear: string, masked: string): string {
  const clearLines = clear.split('\n');
  const maskedLines = masked.split('\n');
  // A secret of several lines was masked as one: then lines cannot be told apart, and the mask must do.
  if (clearLines.length !== maskedLines.length) return masked.replaceAll('\uE000', '\\ue000');
  return maskedLines
    .map((line, index) => {
      // A mark in the file itself would hide the rest of its line.
      const shown = line.replaceAll('\uE000', '\\ue000');
      return line === clearLines[index] ? shown : `${shown}\uE000${clearLines[index]}`;
    })
    .join('\n');
}
