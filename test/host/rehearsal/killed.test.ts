import { expect, test } from 'vitest';
import { startOtto } from '../../../src/otto/start.ts';
import type { Machine } from '../../../src/rehearsal/machine.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { answersWith } from '../../tasks/answers.ts';
import { type Death, deathsAt, mortal, watchChanges } from './mortal.ts';
import { codes, freshDroplet } from './runs.ts';

/** An installation that is killed at any of its changes, and what it had started goes on: one more run, and Otto is healthy. */

const answers = answersWith({
  unattended: true,
  githubToken: new Secret(`ghp_${'a'.repeat(36)}`),
  claude: 'api-key',
  anthropicApiKey: new Secret(`sk-ant-api03-${'a'.repeat(40)}`),
});

/** What must be there once, whatever happened in between. */
const once = ({ files, containers, users }: Machine) => ({
  accounts: (JSON.parse(files.read('/opt/cleo/open-webui/webui.db') ?? '{}') as { users?: unknown[] }).users
    ?.length,
  containers: [...containers.keys()].toSorted(),
  people: [...users.keys()].toSorted(),
  left: files.exists('/var/lib/otto-install/operation.json'),
});

test('killed before or after any change of an installation, it is healthy after one more run', async () => {
  const whole = freshDroplet();
  const { onDone, changing } = watchChanges(whole.machine);
  const watched = mortal(whole.host, undefined, onDone);
  const undisturbed = await startOtto('install', watched.host, answers, '1.0.0').result;
  expect(undisturbed.outcome).toBe('healthy');
  expect(changing.length).toBeGreaterThan(100);

  const killedAt = async (death: Death) => {
    const { host, machine } = freshDroplet();
    const first = mortal(host, death);
    const run = startOtto('install', first.host, answers, '1.0.0');
    await Promise.race([first.died, run.result]);
    const again = await startOtto('install', host, answers, '1.0.0').result;
    return {
      at: `${death.when} ${first.calls[death.call - 1]}`,
      again: codesOrHealthy(again),
      is: once(machine),
    };
  };
  for (const death of deathsAt(changing, 'install', 8, watched.calls)) {
    const { at, again, is } = await killedAt(death);
    expect({ at, again, is }).toEqual({ at, again: 'healthy', is: once(whole.machine) });
  }
}, 1_800_000);

const codesOrHealthy = (
  summary: Parameters<typeof codes>[0] & { readonly outcome: string; readonly reason?: string },
) =>
  summary.outcome === 'healthy'
    ? 'healthy'
    : { ...codes(summary), outcome: summary.outcome, reason: summary.reason };
