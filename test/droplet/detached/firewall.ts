import type { Droplet } from '../machine/droplet.ts';
import { pause, until } from '../machine/shell.ts';
import type { ScenarioContext } from '../runner/scenario.ts';
import type { Cuts } from './cuts.ts';

/** What turns it off again while nobody has confirmed it. */
const REVERT = ['otto-install-firewall-revert.timer', 'otto-install-firewall-revert.service'];

type On = Pick<ScenarioContext, 'droplet'>;

const isOn = async ({ droplet }: On): Promise<boolean> =>
  /^Status: active/m.test((await droplet.exec(['ufw', 'status'])).stdout);

/** On, and nothing will turn it off. */
async function isConfirmed(on: On): Promise<boolean> {
  if (!(await isOn(on))) return false;
  const { stdout } = await on.droplet.exec(['systemctl', 'is-active', ...REVERT]);
  return !/^(active|activating)$/m.test(stdout);
}

/** Looks from time to time whether the firewall is on for good: by an answer, or because somebody else logged in. */
export function watchFirewall(droplet: Droplet): { readonly confirmed: boolean; end(): void } {
  const seen = { confirmed: false, over: false };
  void (async () => {
    while (!seen.confirmed && !seen.over) {
      // While the power is cut there is nothing to look at.
      seen.confirmed = await isConfirmed({ droplet }).catch(() => false);
      await pause(1_000);
    }
  })();
  return {
    get confirmed() {
      return seen.confirmed;
    },
    end() {
      seen.over = true;
    },
  };
}

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
