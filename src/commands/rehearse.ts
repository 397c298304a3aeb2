import { type AnswersInput, AnswersSchema } from '../answers/schema.ts';
import { chosenFix } from '../engine/contracts/decision.ts';
import { startOtto } from '../otto/start.ts';
import { startClock } from '../rehearsal/clock.ts';
import { REHEARSED_FAULTS, type RehearsedFault } from '../rehearsal/faults.ts';
import { createRehearsal, type Rehearsal } from '../rehearsal/index.ts';
import { Secret } from '../secret/secret.ts';
import { UsageError } from './command.ts';
import { didYouMean } from './did-you-mean.ts';

/** What 'broken' means. */
const BROKEN = ['nginx-down', 'docker0-rule-missing'];

/**
 * Begins a rehearsal: on an empty droplet, or on one where an Otto is (`how`: 'healthy', 'broken', 'fault:CODE,…'). The one
 * way from the commands to src/rehearsal, so that a start without a rehearsal does not read it. Throws {@link UsageError}.
 */
export async function rehearse(
  how: string | undefined,
  known: AnswersInput,
  speed: number,
): Promise<Rehearsal> {
  return how === undefined || how === 'fresh'
    ? createRehearsal({ speed })
    : rehearseWithOtto(how, known, speed);
}

/** What is broken on the droplet. */
function faultsOf(how: string): readonly RehearsedFault[] {
  if (how === 'healthy') return [];
  const codes = how === 'broken' ? BROKEN : how.startsWith('fault:') ? how.slice(6).split(',') : undefined;
  if (codes === undefined)
    throw new UsageError(
      `--rehearse=${how}: there is fresh, healthy, broken, and fault:CODE with one or more codes and commas.`,
    );
  return codes.map((code) => {
    const fault = REHEARSED_FAULTS.find((one) => one.code === code);
    if (fault !== undefined) return fault;
    const known = REHEARSED_FAULTS.map((one) => one.code);
    throw new UsageError(
      `${code} cannot be rehearsed.${didYouMean(code, known)} These can: ${known.join(', ')}.`,
    );
  });
}

/** A droplet in memory on which an Otto was installed before, with these faults. Time passes `speed` times as fast as ours from then on. */
export async function rehearseWithOtto(how: string, known: AnswersInput, speed: number): Promise<Rehearsal> {
  const faults = faultsOf(how);
  const rehearsal = createRehearsal({ speed: Number.POSITIVE_INFINITY });
  const { host, machine } = rehearsal;
  const answers = AnswersSchema.parse({
    adminEmail: known.email,
    apiKey: new Secret('a-key-of-a-rehearsal-only'),
    adminPassword: new Secret('a-password-of-a-rehearsal'),
    webuiSecretKey: new Secret('a-rehearsed-secret'),
    paperclipSecret: new Secret('a-rehearsed-secret'),
    ...known,
  });
  const run = startOtto('install', host, answers, '0.0.0');
  run.subscribe((event) => {
    if (event.type !== 'question') return;
    const { question, finding, cameBack, failure } = event;
    const fix = cameBack || failure !== undefined ? undefined : finding.fixes[0];
    run.decide(fix === undefined ? { kind: 'skip', question } : { ...chosenFix(fix), question });
  });
  await run.result;
  for (const fault of faults) await fault.breakIt(rehearsal);
  Object.assign(machine, startClock(speed, machine.now()));
  return rehearsal;
}
