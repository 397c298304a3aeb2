import { ATTEMPTS, attributed } from './attempts.ts';
import { isControl, numberOf } from './controls.ts';
import type { FlowName, Sysctls } from './flow.ts';

/** How one flow went while attempts were at work. */
export interface Passage {
  readonly flow: FlowName;
  readonly sysctls: Sysctls;
  readonly seconds: number;
  /** How otto-install ended, in a few words; it may well refuse. */
  readonly ended: string;
  /** How often each attempt was made meanwhile. */
  readonly tries: ReadonlyMap<string, number>;
  readonly effects: readonly string[];
}

/** A line of the table: one attempt, with the kernel's protections on or off. */
export interface Row {
  readonly attempt: string;
  readonly who: string;
  readonly during: readonly FlowName[];
  readonly sysctls: Sysctls;
  readonly tries: number;
  readonly what: string;
  readonly effects: readonly string[];
}

/** Pure. The passages by attempt, in the order of the catalogue. */
export function rowsOf(passages: readonly Passage[]): readonly Row[] {
  const all = [...new Set(passages.map(({ sysctls }) => sysctls))];
  return ATTEMPTS.flatMap((attempt) =>
    all.flatMap((sysctls): Row[] => {
      const here = passages.filter((passage) => passage.sysctls === sysctls);
      const during = here.filter(({ tries }) => tries.has(attempt.name));
      // An effect that stays is told of the flow after which it was seen first.
      const effects = new Map<string, FlowName>();
      for (const passage of here)
        for (const effect of attributed(passage.effects, [...passage.tries.keys()]).get(attempt.name) ?? [])
          if (!effects.has(effect)) effects.set(effect, passage.flow);
      if (during.length === 0 && effects.size === 0) return [];
      return [
        {
          attempt: attempt.name,
          who: attempt.who,
          during: [...new Set(during.map(({ flow }) => flow))],
          sysctls,
          tries: during.reduce((sum, { tries }) => sum + (tries.get(attempt.name) ?? 0), 0),
          what: attempt.tries,
          effects: [...effects].map(([effect, flow]) => `${flow}: ${effect}`),
        },
      ];
    }),
  );
}

/** Pure. What is wrong with the rows: an effect, or an attempt that was never made. */
export function wrongWith(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ attempt, during, sysctls, tries, effects }) => [
    ...(effects.length > 0 ? [`${attempt} (${sysctls}) had an effect: ${effects[0]}`] : []),
    ...(tries === 0 && during.length > 0 ? [`${attempt} (${sysctls}) was never tried`] : []),
  ]);
}

const MOST_EFFECTS = 6;

/** Both tables as markdown: the attempts, and how each flow ended under them. */
export function table(rows: readonly Row[], passages: readonly Passage[]): string {
  const attempts = rows.map(({ attempt, who, during, sysctls, tries, what, effects }) => [
    attempt,
    who,
    during.join(', '),
    sysctls,
    String(tries),
    what,
    effects.length === 0
      ? 'none'
      : `**${effects.slice(0, MOST_EFFECTS).join('; ')}${effects.length > MOST_EFFECTS ? `; and ${effects.length - MOST_EFFECTS} more` : ''}**`,
  ]);
  const flows = passages.map(({ flow, sysctls, seconds, ended, tries, effects }) => [
    flow,
    sysctls,
    seconds.toFixed(1),
    [...tries.keys()].join(', '),
    ended,
    String(effects.length),
  ]);
  const wrong = wrongWith(rows);
  return [
    markdown(['Attempt', 'Who', 'During', 'fs.protected_*', 'Tries', 'What was tried', 'Effect'], attempts),
    '',
    markdown(['Flow', 'fs.protected_*', 'Seconds', 'Under', 'How it ended', 'Effects'], flows),
    '',
    `${rows.length - rows.filter(({ effects }) => effects.length > 0).length} of ${rows.length} attempts without effect.`,
    ...wrong.map((one) => `- ${safe(one)}`),
    '',
  ].join('\n');
}

function markdown(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [headings, headings.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => safe(cell).replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

/** What the attackers wrote is in some of it. */
const safe = (text: string): string =>
  [...text].map((one) => (isControl(one) ? numberOf(one) : one)).join('');
