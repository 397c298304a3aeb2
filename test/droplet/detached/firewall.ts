import { until } from '../machine/shell.ts';
import type { ScenarioContext } from '../runner/scenario.ts';
import type { Cuts } from './cuts.ts';

const isOn = async ({ droplet }: ScenarioContext): Promise<boolean> =>
  /^Status: active/m.test((await droplet.exec(['ufw', 'status'])).stdout);

/** The firewall is on trial, and whoever was to confirm it is gone: it turns itself off, and the next session says so. */
export async function trialWithNobody(context: ScenarioContext, cuts: Cuts): Promise<void> {
  const { droplet, check, step } = context;
  await droplet.must(['ufw', '--force', 'disable']);
  await step('a firewall on trial whose operator is gone turns itself off', async () => {
    const wizard = cuts.session('fix firewall-off', 'firewall');
    await wizard.waitFor(/A new SSH login works: keep the firewall on/, 120_000);
    await wizard.keep('on trial');
    check.that('the firewall is on', await isOn(context));
    await wizard.hangup();
    await until('the firewall to turn itself off', 80_000, async () =>
      (await isOn(context)) ? undefined : true,
    );
    cuts.rows.push({ moment: 'firewall on trial', cut: 'client killed', seen: 'turned itself off' });
  });
  await step('the next session can try it again and confirm it', async () => {
    const next = cuts.session('', 'firewall, again');
    const screen = await next.waitFor(/firewall/i, 180_000);
    await next.keep('what is said');
    check.matches('what is said', screen, /turned itself off|is off|not confirmed|Needs you/i);
    await next.close();
  });
}
