import { dayText, duration, MARKS, type Mark, shortTime, timeOfDay } from '../run/wording.ts';
import { inMB } from '../text/size.ts';
import type { Checked, ServiceFact, StatusFacts } from './facts.ts';

/** A line of the status: what it says, and the mark before it. */
export interface StatusLine {
  readonly mark?: Mark;
  readonly text: string;
  /** The title of what follows. */
  readonly heading?: true;
}

const DAY_MS = 86_400_000;

/** The status as lines of at most `width` columns, for the screen and for plain text. `checked` undefined: it is still looked at. */
export function statusLines(
  facts: StatusFacts,
  checked: Checked | undefined,
  width: number,
): readonly StatusLine[] {
  return [
    ...findingLines(checked, width),
    ...(facts.cutOff === undefined
      ? []
      : [
          {
            mark: 'broken' as const,
            text: `Cut off in the middle: ${facts.cutOff}. The next start of otto-install finishes it or rolls it back.`,
          },
        ]),
    heading('Services'),
    ...facts.services.map((service) => serviceLine(service, facts.atMs, width)),
    heading('Ports'),
    ...facts.ports.map(({ port, listeners }) => ({
      text: `${String(port).padStart(6)}  ${listeners.length === 0 ? 'nothing listens' : together(listeners)}`,
    })),
    heading('Versions'),
    ...facts.versions.flatMap(({ name, version, detail, newer }) => [
      { text: `  ${name.padEnd(12)} ${version}${detail === undefined ? '' : `  (${detail})`}` },
      ...(newer === undefined ? [] : [{ text: `  ${' '.repeat(12)} ${newer}` }]),
    ]),
    ...administratorLines(facts),
    heading('Machine'),
    ...machineLines(facts),
    ...facts.problems.map((text) => ({ mark: 'risk' as const, text })),
  ].map((line) => ({ ...line, text: cut(line.text, width - ('mark' in line ? 2 : 0)) }));
}

/** Who administers Open WebUI, and since when: somebody whom nobody knows should catch the eye. */
function administratorLines({ administrators }: StatusFacts): readonly StatusLine[] {
  if (administrators === undefined) return [];
  return [
    heading('Administrators of Open WebUI'),
    ...(administrators.length === 0 ? [{ mark: 'broken' as const, text: 'nobody' }] : []),
    ...administrators.map(({ email, createdMs, active }) => ({
      text: `  ${email}${createdMs === undefined ? '' : `  since ${dayText(createdMs)}`}${active ? '' : '  (locked)'}`,
    })),
  ];
}

const heading = (text: string): StatusLine => ({ text, heading: true });

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}

/** '0.0.0.0 and [::] nginx' */
function together(listeners: readonly { readonly address: string; readonly by: string }[]): string {
  const by = [...new Set(listeners.map((listener) => listener.by))];
  return by
    .map((name) => {
      const addresses = listeners.filter((listener) => listener.by === name).map(({ address }) => address);
      return `${[...new Set(addresses)].join(' and ')}${name === '' ? '' : `  ${name}`}`;
    })
    .join(', ');
}

function findingLines(checked: Checked | undefined, width: number): readonly StatusLine[] {
  if (checked === undefined) return [{ mark: 'working', text: 'Checking everything …' }];
  const { outcome, reason, findings, waiting } = checked;
  const bad = findings.filter(({ severity }) => severity !== 'risk');
  const risks = findings.length - bad.length;
  const more = [
    ...(risks === 0 ? [] : [`${risks} ${risks === 1 ? 'risk' : 'risks'}`]),
    ...(waiting === 0 ? [] : [`${waiting} not checked until then`]),
  ];
  const tail = more.length === 0 ? '' : ` (${more.join(', ')})`;
  const count = bad.length === 1 ? 'One finding' : `${bad.length} findings`;
  const text =
    outcome === 'healthy'
      ? `Everything was checked and runs${tail}.`
      : bad.length === 0
        ? `Not checked${reason === undefined ? '' : `: ${reason}`}.`
        : `${count}${tail}; otto-install check says why, and what fixes it.`;
  return [
    { mark: outcome !== 'healthy' ? 'broken' : risks === 0 ? 'healthy' : 'risk', text },
    ...findings.map(({ code, severity, evidence }): StatusLine => {
      const mark = severity === 'risk' ? 'risk' : 'broken';
      return { mark, text: cut(`${code}: ${evidence}`, width - 2) };
    }),
  ];
}

function serviceLine(
  { name, state, running, sinceMs, restarts, memory, note }: ServiceFact,
  nowMs: number,
  width: number,
): StatusLine {
  const parts =
    width >= 70
      ? [
          name.padEnd(15),
          state.padEnd(18),
          (sinceMs === undefined ? '' : `since ${shortTime(sinceMs)}`).padEnd(19),
          note ?? (restarts === undefined ? '' : `${restarts} restarts`).padEnd(11),
          memory === undefined ? '' : inMB(memory).padStart(7),
        ]
      : [name.padEnd(14), state, ...(sinceMs === undefined ? [] : [ago(nowMs - sinceMs)])];
  return { mark: running ? 'healthy' : 'broken', text: parts.join(' ').trimEnd() };
}

function machineLines(facts: StatusFacts): readonly StatusLine[] {
  const { atMs, certificate, disks, memory, backup, lastRun } = facts;
  const row = (what: string, text: string) => ({ text: `  ${what.padEnd(12)} ${text}` });
  return [
    row('Certificate', certificateText(certificate, atMs)),
    ...disks.map(({ target, size, free }) => row('Disk', `${target}: ${inMB(free)} of ${inMB(size)} free`)),
    ...(memory === undefined ? [] : [row('Memory', memoryText(memory))]),
    row('Last backup', backupText(backup)),
    // Rows of their own: the end of a long line is cut off.
    ...(backup?.lacks ?? []).map((one) => row('', `not whole: ${one}`)),
    row('Last run', runText(lastRun)),
  ];
}

function certificateText(certificate: StatusFacts['certificate'], atMs: number): string {
  if (certificate === undefined) return 'none for this name';
  const { untilMs, issuer } = certificate;
  return `until ${dayText(untilMs)}, ${Math.floor((untilMs - atMs) / DAY_MS)} days (${issuer})`;
}

function memoryText({ available, total, swap, swapFree }: NonNullable<StatusFacts['memory']>): string {
  const memory = available === undefined ? inMB(total) : `${inMB(available)} of ${inMB(total)} free`;
  return `${memory}, ${swap === 0 ? 'no swap' : `swap ${inMB(swapFree)} of ${inMB(swap)} free`}`;
}

function runText(run: StatusFacts['lastRun']): string {
  if (run === undefined) return 'none recorded';
  return `${run.mode}, ${shortTime(run.atMs)}: ${run.result ?? 'running, or cut off'}`;
}

function backupText(backup: StatusFacts['backup']): string {
  if (backup === undefined) return 'none recorded: otto-install backup';
  if (!backup.ok) return `failed ${shortTime(backup.atMs)}: ${backup.error ?? 'no reason recorded'}`;
  const size = backup.bytes === undefined ? '' : `, ${inMB(backup.bytes)}`;
  return `${shortTime(backup.atMs)}${size}${backup.archive === undefined ? '' : `, ${backup.archive}`}`;
}

/** 'for 2 h' */
function ago(ms: number): string {
  return `for ${ms > 2 * DAY_MS ? `${Math.floor(ms / DAY_MS)} days` : duration(ms)}`;
}

/** The whole status as plain text. */
export function statusText(facts: StatusFacts, checked: Checked, width: number): string {
  const title = `${facts.domain || 'Domain unknown'}   ${timeOfDay(facts.atMs)}`;
  const lines = statusLines(facts, checked, width).map(({ mark, text, heading: isHeading }) => {
    if (isHeading === true) return `\n${text}`;
    return mark === undefined ? text : `${MARKS[mark]} ${text}`;
  });
  return `${[title, ...lines].join('\n')}\n`;
}
