import type { FaultContext } from '../faults/fault.ts';
import { pause } from '../machine/shell.ts';
import type { Healthy } from '../runner/faults/attempt.ts';
import { beyond } from '../runner/faults/look.ts';
import type { Row } from '../runner/faults/row.ts';
import { belongings, lost } from '../runner/faults/survives.ts';
import { look } from '../runner/faults/wizard.ts';
import type { Surrounding } from './surrounding.ts';

/** What nobody may ever read. */
export const UNFORESEEN =
  /TypeError|RangeError|SyntaxError|ReferenceError|Cannot read propert|is not a function|is not iterable|Unexpected token|at \S+ \(file:|Maximum call stack|\[object /;
const CLEAN_SECONDS = 120;

/** Works in that surrounding, ends it, and looks what is left. Never throws: what went wrong is in the row. */
export async function endure(context: FaultContext, one: Surrounding, before: Healthy): Promise<Row> {
  const { droplet, check } = context;
  const startedAt = Date.now();
  const since = (start: number) => (Date.now() - start) / 1000;
  let row: Omit<Row, 'seconds'> = { fault: one.name, otto: context.otto, codes: [] };
  let over = false;
  try {
    await one.begin(context);
    const workedAt = Date.now();
    const patience = one.seconds ?? 60;
    const words = `otto-install ${one.during}`;
    const timeoutMs = patience * 4000;
    const { exitCode, stdout, stderr, timedOut } = await (one.atConsole === true
      ? droplet.exec(['bash', '-lc', words], { timeoutMs })
      : droplet.ssh([words], { timeoutMs }));
    const told = `${stdout}${stderr}`;
    row = { ...row, codes: [`exit ${timedOut ? 'never' : exitCode}`], findSeconds: since(workedAt) };
    context.log(`${one.name}: ${one.title}\n$ ${words}\n${told.slice(-6000)}`);
    over = true;
    await one.end(context);
    check.that(`'${words}' ends within ${patience * 4} s`, !timedOut, told.slice(-1500));
    const end = `how '${words}' ended: ${told.slice(-1500)}`;
    check.that(end, (one.exitCodes ?? [1]).includes(exitCode), exitCode);
    for (const pattern of one.says) check.matches('what is told', told, pattern);
    check.doesNotMatch('what is told', told, UNFORESEEN);
    const healingAt = Date.now();
    if (one.wayOn !== undefined) {
      row = { ...row, fix: one.wayOn.split(' ')[0] ?? '' };
      const ended = await droplet.ssh([`otto-install ${one.wayOn} --yes`], { timeoutMs: 10 * 60_000 });
      check.equal(`how ${one.wayOn} ended: ${ended.stdout.slice(-1500)}${ended.stderr}`, ended.exitCode, 0);
    }
    await untilClean(context, before);
    row = { ...row, fixSeconds: since(healingAt) };
    row = { ...row, lost: lost(before.belongings, await belongings(droplet)) };
    check.equal('what is lost', row.lost, []);
    return { ...row, seconds: since(startedAt) };
  } catch (error) {
    if (!over) await one.end(context).catch(() => undefined);
    const failure = error instanceof Error ? error.message : String(error);
    return { ...row, seconds: since(startedAt), failure };
  }
}

async function untilClean({ droplet }: FaultContext, before: Healthy): Promise<void> {
  const end = Date.now() + CLEAN_SECONDS * 1000;
  for (;;) {
    const left = beyond(await look(droplet), before.baseline);
    if (left.length === 0) return;
    const words = left.map(({ task, code, evidence }) => `${code} (${task}: ${evidence})`).join('; ');
    if (Date.now() > end) throw new Error(`once it was over there is still ${words}`);
    await pause(500);
  }
}
