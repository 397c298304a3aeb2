import { pause } from '../../machine/shell.ts';
import type { ScenarioContext } from '../../runner/scenario.ts';
import { ANSWERED_SECRETS } from '../../script/answers.ts';
import { shownIn } from '../../script/secrets.ts';
import { runWizard } from '../../script/wizard.ts';
import { UNFORESEEN } from '../attempt.ts';
import { ASKED, type Obstacle, STAGES } from './obstacle.ts';
import type { Row } from './row.ts';

/** How long a run may take in all, seconds. */
const PATIENCE = 400;

/** A run against an obstacle, which is then taken away. Never throws for what went wrong with the run: it is in the row. */
export async function meet(context: ScenarioContext, one: Obstacle): Promise<Row> {
  const { check, log } = context;
  const startedAt = Date.now();
  let row: Row = { name: one.name, title: one.title, ended: '–', seconds: 0 };
  try {
    const ran = await (one.from === 'the start' ? fromTheStart(context, one) : inTheMiddle(context, one));
    const told = `${ran.stdout}${ran.stderr}`;
    const ended = ran.timedOut ? 'never' : `${ran.exitCode}`;
    row = { ...row, ended, seconds: (Date.now() - startedAt) / 1000 };
    log(`${one.name}: ${one.title}\n${told.slice(-6000)}`);
    check.that(`it ends within ${PATIENCE} s`, !ran.timedOut, told.slice(-1500));
    check.that(`how it ended: ${told.slice(-1500)}`, [1, 2].includes(ran.exitCode), ran.exitCode);
    for (const pattern of one.says) check.matches('what is told', told, pattern);
    check.doesNotMatch('what is told', told, UNFORESEEN);
    check.equal('secrets in the output', shownIn(told, ANSWERED_SECRETS), []);
    return row;
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    log(`FAILED ${one.name}\n${failure}`);
    return { ...row, seconds: (Date.now() - startedAt) / 1000, failure };
  }
}

const install = (context: ScenarioContext) =>
  runWizard(context, '--yes --answers answers.yaml', PATIENCE * 1000);

async function fromTheStart(context: ScenarioContext, one: Obstacle) {
  await one.begin(context);
  return install(context).finally(() => one.end(context));
}

/** Holds the run where it asks for what this stage needs; what comes later cannot be reached from then on, and stays for later. */
async function inTheMiddle(context: ScenarioContext, one: Obstacle) {
  const { gates, hosts } = context.internet;
  const later = STAGES.slice(STAGES.indexOf(one.stage) + 1).flatMap((stage) => ASKED[stage]);
  for (const [host, part] of ASKED[one.stage]) await gates.close(host, part);
  let over = false;
  const running = install(context).finally(() => {
    over = true;
  });
  const waiting = async () => {
    const counts = await Promise.all(ASKED[one.stage].map(([host]) => gates.waiting(host)));
    return counts.some((count) => count > 0);
  };
  try {
    while (!over && !(await waiting())) await pause(200);
    const reached = !over;
    for (const [host] of later) await hosts.play(host, { kind: 'refused' });
    await one.begin(context);
    for (const [host] of ASKED[one.stage]) await gates.open(host);
    const ran = await running.finally(() => one.end(context));
    if (!reached) throw new Error(`it ended before it asked for that:\n${ran.stdout}${ran.stderr}`);
    return ran;
  } finally {
    for (const [host] of ASKED[one.stage]) await gates.open(host);
    await hosts.heal();
    await running.catch(() => undefined);
  }
}
