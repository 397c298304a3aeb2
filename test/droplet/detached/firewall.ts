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

/** Asked, and not told after the end. */
const ON_TRIAL = /A new SSH login works: keep the firewall on[\s\S]*Enter do it/;

/** The firewall is on trial, and whoever was to confirm it is gone: it turns itself off, and the next session says so. */
export async function trialWithNobody(context: ScenarioContext, cuts: Cuts): Promise<void> {
  const { droplet, check, step } = context;
  await droplet.must(['ufw', '--force', 'disable']);
  await step('a firewall on trial whose operator is gone turns itself off', async () => {
    const wizard = cuts.session('fix firewall-off', 'firewall');
    await wizard.waitFor(ON_TRIAL, 120_000);
    await wizard.keep('on trial');
    check.that('the firewall is on', await isOn(context));
    await wizard.hangup();
    await until('the firewall to turn itself off', 80_000, async () =>
      (await isOn(context)) ? undefined : true,
    );
    cuts.rows.push({ moment: 'firewall on trial', cut: 'client killed', seen: 'turned itself off' });
  });
  await step('the next session says so, tries it again, and another login confirms it', async () => {
    const next = cuts.session('', 'firewall, again');
    const undone = await next.waitFor(/nobody confirmed in time[\s\S]*Enter do it/, 180_000);
    check.matches('what is said', undone, /UFW is off/);
    await next.keep('undone');
    // Nothing is chosen beforehand.
    await next.press('down');
    await next.waitFor(/▸ Turn on UFW/);
    await next.press('enter');
    await next.waitFor(ON_TRIAL, 60_000);
    // Only a login that was begun a few seconds after the firewall is one that came through it.
    await pause(8_000);
    const login = await droplet.ssh(['sleep 8'], { timeoutMs: 30_000 });
    check.equal(`another login ${login.stderr}`, login.exitCode, 0);
    check.equal(`the exit code of ${next.history()}`, await next.ended, 0);
    check.that('it stays on', await isConfirmed(context));
    cuts.rows.push({
      moment: 'firewall undone',
      cut: 'nobody there',
      seen: 'said, tried again, kept by a new login',
    });
  });
}
