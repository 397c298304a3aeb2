import { type AnswersInput, AnswersSchema } from '../answers/schema.ts';
import { chosenFix } from '../engine/contracts/decision.ts';
import { startOtto } from '../otto/start.ts';
import { startClock } from '../rehearsal/clock.ts';
import { createRehearsal, type Rehearsal } from '../rehearsal/index.ts';
import { Secret } from '../secret/secret.ts';

/**
 * Begins a rehearsal: on an empty droplet, or on one where an Otto is (`how`: 'healthy' or 'broken'). The one way from the
 * commands to src/rehearsal, so that a start without a rehearsal does not read it.
 */
export async function rehearse(
  how: string | undefined,
  known: AnswersInput,
  speed: number,
): Promise<Rehearsal> {
  return how === 'healthy' || how === 'broken'
    ? rehearseWithOtto(how, known, speed)
    : createRehearsal({ speed });
}

/**
 * A droplet in memory on which an Otto was installed before, to try the home screen and repairing without a droplet;
 * 'broken': nginx is down and the firewall lacks a rule.
 * Time passes `speed` times as fast as ours from then on.
 */
export async function rehearseWithOtto(
  how: 'healthy' | 'broken',
  known: AnswersInput,
  speed: number,
): Promise<Rehearsal> {
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
  if (how === 'broken') {
    await host.exec(['systemctl', 'stop', 'nginx.service'], { timeoutMs: 60_000 });
    const rule = ['in', 'on', 'docker0', 'to', 'any', 'port', '8642', 'proto', 'tcp'] as const;
    await host.exec(['ufw', 'delete', 'allow', ...rule], { timeoutMs: 60_000 });
  }
  Object.assign(machine, startClock(speed, machine.now()));
  return rehearsal;
}
