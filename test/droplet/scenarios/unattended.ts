import { Event } from '../../../src/engine/contracts/event.ts';
import type { Droplet } from '../machine/droplet.ts';
import { isLikeNoble } from '../machine/release.ts';
import type { Scenario } from '../runner/scenario.ts';
import { ANSWERED_SECRETS, ANSWERS, PASSWORD } from '../script/answers.ts';
import { FRESH } from '../script/fresh.ts';
import { watchProcesses } from '../script/processes.ts';
import { leakedFiles, sentElsewhere, shownIn } from '../script/secrets.ts';
import { signIn } from '../script/visitor.ts';
import { ANSWER, checkHealthy, runWizard } from '../script/wizard.ts';

/** The same without anybody there: plain lines, and JSON events on one release; images with overlay2, and with containerd on one. */
export const scenario: Scenario = {
  name: 'unattended',
  title: 'an answers file, no terminal, and an Otto at the end',
  releases: ['bookworm', 'trixie', 'forky'],
  async run(context) {
    const { droplet, internet, release, step, check, log } = context;
    const processes = watchProcesses(droplet);
    await step('without answers it says which, and does nothing', async () => {
      await droplet.write('/root/few.yaml', 'claude: api-key\ngithub: token\n', 0o600);
      const { exitCode, stdout, stderr } = await runWizard(context, '--yes --answers few.yaml', 120_000);
      check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 2);
      for (const key of ['domain', 'email', 'adminEmail', 'anthropicApiKey', 'githubToken']) {
        check.matches('what is missing', stderr, new RegExp(`^ +${key} +\\S`, 'm'));
      }
      const ran = await droplet.exec(['sh', '-c', 'ls /var/log/otto-install']);
      check.equal('logs of runs', ran.stdout, '');
    });
    if (isLikeNoble(release))
      await step('Docker is to keep its images as a fresh Docker 29 does', () =>
        droplet.write('/etc/docker/daemon.json', '{"features":{"containerd-snapshotter":true}}\n'),
      );
    const json = release === 'trixie';
    if (json)
      await step('what nobody agreed to is left, and the end says how to agree', async () => {
        await droplet.must([
          'useradd',
          '--create-home',
          '--home-dir',
          '/srv/cleo',
          '--shell',
          '/bin/bash',
          'cleo',
        ]);
        await droplet.write('/root/answers.yaml', ANSWERS, 0o600);
        const { exitCode, stdout } = await runWizard(context, '--yes --answers answers.yaml');
        check.equal(`the exit code of …${stdout.slice(-3000)}`, exitCode, 1);
        check.matches('the end', stdout, new RegExp(`--agree ${HOME_ELSEWHERE}[^]*agree: ${HOME_ELSEWHERE}`));
        check.equal('its home', await homeOf(droplet), '/srv/cleo');
      });
    const output = await step(
      `from an answers file, as ${json ? 'JSON events' : 'plain lines'}`,
      async () => {
        const agree = json ? `agree: ${HOME_ELSEWHERE}\n` : '';
        await droplet.write('/root/answers.yaml', `${ANSWERS}${agree}`, 0o600);
        const words = `--yes --answers answers.yaml${json ? ' --json' : ''}`;
        const { exitCode, stdout, stderr } = await runWizard(context, words);
        check.equal(`the exit code of …${stdout.slice(-3000)}${stderr}`, exitCode, 0);
        if (json) checkEvents(stdout);
        else check.matches('the plain lines', stdout, new RegExp(`^Otto is ready[^]*${ANSWER}`, 'm'));
        return `${stdout}${stderr}`;
      },
    );
    if (json) check.equal('its home', await homeOf(droplet), '/home/cleo');
    await step('check finds it healthy', () => checkHealthy(context));
    await step('the administrator can sign in over https', async () => {
      const account = await signIn(droplet, FRESH.domain, FRESH.adminEmail, PASSWORD);
      check.equal('who signed in', [account.email, account.role], [FRESH.adminEmail, 'admin']);
    });
    await step('no secret is where it must not be', async () => {
      const lines = await processes.stop();
      check.equal('secrets in the output', shownIn(output, ANSWERED_SECRETS), []);
      check.equal('secrets in command lines', shownIn(lines.join('\n'), ANSWERED_SECRETS), []);
      check.equal('secrets in files', await leakedFiles(droplet, ANSWERED_SECRETS), []);
      check.equal('secrets sent elsewhere', await sentElsewhere(internet, ANSWERED_SECRETS), []);
      log(`looked for ${ANSWERED_SECRETS.length} secrets, also in ${lines.length} command lines`);
    });
  },
};

/** Asked before it is moved, also where nobody is there. */
const HOME_ELSEWHERE = 'deploy-user-home-elsewhere';

const homeOf = async (droplet: Droplet): Promise<string | undefined> =>
  (await droplet.must(['getent', 'passwd', 'cleo'])).split(':')[5];

/** Checks that every line is an event, from the first to a healthy end with the answer of Claude's stand-in. */
function checkEvents(stdout: string): void {
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => Event.parse(JSON.parse(line)));
  const [first, last] = [events.at(0), events.at(-1)];
  if (first?.type !== 'run-started') throw new Error(`the first event is ${JSON.stringify(first)}`);
  if (last?.type !== 'run-ended' || last.outcome !== 'healthy')
    throw new Error(`the last event is ${JSON.stringify(last)}`);
  const started = events.filter(({ type }) => type === 'action-started').length;
  if (started !== last.actions)
    throw new Error(`${started} actions were started, ${last.actions} are counted`);
}
