import { readFile } from 'node:fs/promises';
import type { Droplet } from '../machine/droplet.ts';
import type { Outcome } from '../machine/shell.ts';

/** What is promised of a command on an Otto of a year. */
export interface Bound {
  readonly seconds: number;
  readonly megabytes: number;
}

/** What a command took. */
export interface Figure {
  readonly words: string;
  readonly seconds: number;
  /** The most memory of the program itself, in MB. */
  readonly wizard: number;
  /** The most memory of a program that it started, in MB, and which. */
  readonly helper: number;
  readonly helperName: string;
  readonly bound: Bound;
}

const MB = 1_000_000;

/** Runs a command of the wizard over ssh, with an eye on the clock and on the memory of everything that it starts. */
export async function measured(
  droplet: Droplet,
  words: string,
  bound: Bound,
): Promise<{ readonly figure: Figure; readonly outcome: Outcome }> {
  const program = await readFile(new URL('./watch-memory.py', import.meta.url), 'utf8');
  const over = `/run/otto-memory-${Date.now()}`;
  const watching = droplet.must(['python3', '-c', program, over], { timeoutMs: 60 * 60_000 });
  const startedAt = Date.now();
  const outcome = await droplet.ssh([`otto-install ${words}`], {
    timeoutMs: Math.ceil(bound.seconds * 2000) + 60_000,
  });
  const seconds = (Date.now() - startedAt) / 1000;
  await droplet.must(['touch', over]);
  const most = JSON.parse(await watching) as { wizard: number; helper: number; helperName: string };
  await droplet.must(['rm', over]);
  const figure = {
    words,
    seconds,
    wizard: most.wizard / MB,
    helper: most.helper / MB,
    helperName: most.helperName,
    bound,
  };
  return { figure, outcome };
}

/** What is wrong with it, in words; empty when it kept its promise. */
export function broken({ seconds, wizard, helper, helperName, bound }: Figure): readonly string[] {
  return [
    ...(seconds > bound.seconds ? [`it took ${seconds.toFixed(1)} s, not ${bound.seconds}`] : []),
    ...(wizard > bound.megabytes ? [`it took ${wizard.toFixed(0)} MB, not ${bound.megabytes}`] : []),
    ...(helper > bound.megabytes
      ? [`${helperName} took ${helper.toFixed(0)} MB, not ${bound.megabytes}`]
      : []),
    ...(wizard === 0 ? ['its memory was never seen'] : []),
  ];
}

/** The figures, as kept among the artefacts. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { words, seconds, wizard, helper, bound } = figure;
    const verdict = broken(figure).length === 0 ? 'ok' : 'FAILED';
    return `| ${words} | ${seconds.toFixed(1)} s | ${bound.seconds} s | ${wizard.toFixed(0)} MB | ${helper.toFixed(0)} MB | ${bound.megabytes} MB | ${verdict} |`;
  });
  return [
    '| Command | Took | Bound | Its memory | Largest helper | Bound | |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
