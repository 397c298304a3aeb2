import type { Outcome } from '../machine/shell.ts';
import { until } from '../machine/shell.ts';
import type { ScenarioContext } from '../runner/scenario.ts';
import { claudeLinkOn, githubCodeOn } from './play.ts';
import type { Errand } from './script.ts';

/** How the wizard is started on the droplet: the packed tarball, by the npx of the distribution's Node. */
export const WIZARD = 'cd /root && npx -y ./otto-install.tgz';

/** What Claude's stand-in answers to everything. */
export const ANSWER = 'Yes. I am Otto, running on this droplet.';

/** Runs the wizard over ssh without a terminal. */
export function runWizard(
  { droplet }: ScenarioContext,
  words: string,
  timeoutMs = 15 * 60_000,
): Promise<Outcome> {
  return droplet.ssh([`${WIZARD} ${words}`], { timeoutMs });
}

/** Does what the screens ask of a person outside the terminal; puts Claude's codes into `codes`. */
export function person({ droplet, internet, check, log }: ScenarioContext, codes: string[] = []) {
  return async (errand: Errand, screen: string): Promise<string | undefined> => {
    switch (errand) {
      case 'approve-github-code':
        await internet.github.approve(githubCodeOn(screen));
        return undefined;
      case 'authorize-claude-link': {
        const code = await internet.claude.authorize(claudeLinkOn(screen));
        codes.push(code);
        return code;
      }
      case 'try-new-login': {
        const { exitCode, stderr } = await droplet.ssh(['true'], { timeoutMs: 20_000 });
        check.equal(`a second login over ssh with the firewall on ${stderr}`, exitCode, 0);
        log('a second login over ssh got in through the firewall');
        return undefined;
      }
    }
  };
}

/** Checks that `otto-install check --json` calls the droplet healthy. */
export async function checkHealthy(context: ScenarioContext): Promise<void> {
  const { exitCode, stdout, stderr } = await runWizard(context, 'check --json', 120_000);
  context.check.that(
    'check --json ends with 0',
    exitCode === 0,
    `${exitCode}: ${stdout.slice(-1500)}${stderr}`,
  );
  const last = stdout.trim().split('\n').at(-1) ?? '';
  context.check.matches('its last event', last, /"type":"run-ended","outcome":"healthy"/);
}

/** Waits until a droplet that was just booted has started all that Otto consists of, by asking the site itself. */
export async function untilStarted({ droplet }: ScenarioContext, domain: string): Promise<void> {
  const ask = (url: string) => [
    'curl',
    '-sfk',
    '-o',
    '/dev/null',
    '--max-time',
    '5',
    '--resolve',
    `${domain}:443:127.0.0.1`,
    url,
  ];
  const urls = [
    `https://${domain}/api/config`,
    'http://127.0.0.1:8642/health',
    'http://127.0.0.1:3000/api/health',
  ];
  for (const url of urls) {
    await until(
      `${url} to answer`,
      180_000,
      async () => ((await droplet.exec(ask(url), { timeoutMs: 10_000 })).exitCode === 0 ? true : undefined),
      500,
    );
  }
}
