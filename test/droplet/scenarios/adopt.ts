import { runByHand } from '../by-hand.ts';
import type { Droplet } from '../machine/droplet.ts';
import { makeLivedIn } from '../runner/faults/lived-in.ts';
import { readLook } from '../runner/faults/look.ts';
import { belongings, lost } from '../runner/faults/survives.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { FRESH } from '../script/fresh.ts';
import { signIn, visit } from '../script/visitor.ts';
import { type Visits, watchSite } from '../script/watch-site.ts';
import { runWizard } from '../script/wizard.ts';

const PASSWORD = 'correct-horse-battery-9';
/** What was current in April, when the two Ottos were built by hand. */
const APRIL = { hermes: 'v0.13.0', openWebui: 'v0.8.12' } as const;
const MODEL = 'otto';

/** What a client would notice if it changed: versions, and what runs. */
interface Identity {
  readonly commit: string;
  readonly image: string;
  readonly container: string;
  readonly gateway: string;
  readonly paperclip: string;
}

/** An Otto that was built by hand months ago is taken over while somebody works with it. */
export const scenario: Scenario = {
  name: 'adopt',
  title: 'what was built by hand is adopted: no outage, no logout, no other version, nothing to do twice',
  releases: ['bookworm', 'trixie', 'forky'],
  async run(context) {
    const { droplet, internet, step, log } = context;
    await step('the runbook by hand, with the versions of April', async () => {
      await internet.github.setMain(APRIL.hermes);
      await internet.images.point('open-webui/open-webui', 'main', APRIL.openWebui);
      log(`  ${(await runByHand(droplet)).lines.at(-1)}`);
    });
    await step('somebody works with it', () => makeLivedIn(droplet));
    await takeOver(context);
  },
};

/** Adopts the Otto on the droplet while somebody is signed in there, and compares what there was with what there is. */
export async function takeOver(context: ScenarioContext): Promise<void> {
  const { droplet, internet, step, check, log } = context;
  const { token } = await signIn(droplet, FRESH.domain, FRESH.adminEmail, PASSWORD);
  const before = await identity(droplet);
  const had = await belongings(droplet);
  // From here on there is something newer to be had, as there is for every client.
  await internet.github.setMain('v0.19.0');
  await internet.images.point('open-webui/open-webui', 'main', 'v0.12.4');

  const kept = async (what: string) => {
    check.equal(`lost by ${what}`, lost(had, await belongings(droplet)), []);
    check.equal(`the e-mail of the old session after ${what}`, await whose(droplet, token), FRESH.adminEmail);
  };

  await step('without a single flag it is adopted', async () => {
    const visits = watchSite(droplet, FRESH.domain, { token, model: MODEL });
    const { exitCode, stdout, stderr } = await runWizard(context, '--yes');
    report(log, 'adopting', await visits.stop(), (failures) =>
      check.equal('failed visits while it was adopted', failures, []),
    );
    check.equal(`the exit code of ${stdout.slice(-3000)}${stderr}`, exitCode, 0);
    log(`  ${/^Otto is ready .*$/m.exec(stdout)?.[0]}`);
    check.equal('versions, containers and processes', await identity(droplet), before);
    await kept('adopting');
  });
  await step('its session key is where a new container finds it', async () => {
    const inside = await droplet.must([
      'docker',
      'exec',
      'open-webui',
      'cat',
      '/app/backend/.webui_secret_key',
    ]);
    const file = await droplet.must(['sed', '-n', 's/^WEBUI_SECRET_KEY=//p', '/opt/cleo/open-webui.env']);
    check.that(
      'the key in the env file is the one inside',
      file.trim() === inside.trim() && file.trim() !== '',
    );
    check.equal(
      'the mode of the env file',
      await modeOf(droplet, '/opt/cleo/open-webui.env'),
      '600 root:root',
    );
  });
  await step('what is risky is told, and nothing else', async () => {
    const { found } = await look(context);
    check.equal(
      'faults',
      found.filter(({ severity }) => severity !== 'risk').map(({ code }) => code),
      [],
    );
    const codes = found.map(({ code }) => code);
    for (const code of [
      'open-webui-secret-key-unset',
      'open-webui-keys-on-command-line',
      'paperclip-unclaimed',
      'paperclip-shares-id',
      'hermes-unsandboxed',
    ])
      check.that(`the risk ${code} is told`, codes.includes(code), codes);
    log(`  risks: ${codes.join(', ')}`);
  });
  await step('a second run does nothing', async () => {
    const { exitCode, stdout } = await runWizard(context, '--yes');
    check.equal('the exit code', exitCode, 0);
    check.matches('what it printed', stdout, /Otto is ready \([^)]*\b0 actions\)/);
    check.equal('versions, containers and processes', await identity(droplet), before);
  });
  await step('with consent the container is recreated, and nobody is signed out', async () => {
    const visits = watchSite(droplet, FRESH.domain, { token, model: MODEL });
    const { exitCode, stdout, stderr } = await runWizard(context, 'fix open-webui-secret-key-unset');
    report(log, 'a new container', await visits.stop());
    check.equal(`the exit code of ${stdout.slice(-3000)}${stderr}`, exitCode, 0);
    const after = await identity(droplet);
    check.that('there is a new container', after.container !== before.container, after.container);
    check.equal('all but the container', { ...after, container: '' }, { ...before, container: '' });
    await kept('recreating the container');
    const { found } = await look(context);
    check.that(
      'the risks of the old container are gone',
      !found.some(({ code }) => code.startsWith('open-webui-')),
      found.map(({ code }) => code),
    );
  });
  await step('with consent Hermes goes into a sandbox, proved by a chat that runs a command', async () => {
    const { exitCode, stdout, stderr } = await runWizard(context, 'fix hermes-unsandboxed');
    check.equal(`the exit code of ${stdout.slice(-3000)}${stderr}`, exitCode, 0);
    const pid = (await droplet.must(['systemctl', 'show', '-P', 'MainPID', 'hermes-gateway'])).trim();
    check.matches('the gateway', await droplet.read(`/proc/${pid}/status`), /^NoNewPrivs:\t1$/m);
    await kept('putting Hermes into a sandbox');
  });
  await step('with consent Paperclip gets a user of its own', async () => {
    check.equal('what cleo reads of it before', await readsPaperclip(droplet), ['processes', 'data']);
    const { exitCode, stdout, stderr } = await runWizard(context, 'fix paperclip-shares-id');
    check.equal(`the exit code of ${stdout.slice(-3000)}${stderr}`, exitCode, 0);
    check.equal('what cleo reads of it', await readsPaperclip(droplet), []);
    await kept('giving Paperclip a user of its own');
  });
}

/** What of Paperclip the deploy user can read: the environment of its processes, its data. */
async function readsPaperclip(droplet: Droplet): Promise<readonly string[]> {
  const pid = (await droplet.must(['pgrep', '-f', '-n', '^node .*paperclipai'])).trim();
  const reads = async (...argv: readonly string[]) =>
    (await droplet.exec(['runuser', '-u', 'cleo', '--', ...argv])).exitCode === 0;
  return [
    ...((await reads('cat', `/proc/${pid}/environ`)) ? ['processes'] : []),
    ...((await reads('ls', '/opt/cleo/paperclip/instances')) ? ['data'] : []),
  ];
}

function report(
  log: (text: string) => void,
  what: string,
  { asked, failures, awaySeconds }: Visits,
  judge: (failures: readonly string[]) => void = () => {},
): void {
  log(
    `  ${what}: ${asked} visits over https, ${failures.length} failed, away for ${awaySeconds.toFixed(1)} s`,
  );
  judge(failures);
}

async function look(context: ScenarioContext) {
  const { stdout } = await runWizard(context, 'check --json', 120_000);
  return readLook(stdout);
}

async function identity(droplet: Droplet): Promise<Identity> {
  const inspect = (format: string, name: string) => droplet.must(['docker', 'inspect', '-f', format, name]);
  const [commit, image, container, paperclip, gateway] = await Promise.all([
    droplet.must(['sh', '-c', 'runuser -u cleo -- git -C /home/cleo/.hermes/hermes-agent rev-parse HEAD']),
    inspect('{{.Image}}', 'open-webui'),
    inspect('{{.Id}} {{.State.StartedAt}}', 'open-webui'),
    inspect('{{.Id}} {{.Image}} {{.State.StartedAt}}', 'paperclip'),
    droplet.must(['systemctl', 'show', '-p', 'MainPID,ExecMainStartTimestamp', 'hermes-gateway']),
  ]);
  return { commit, image, container, gateway, paperclip };
}

/** Whose session it is, by what Open WebUI says to its token. */
async function whose(droplet: Droplet, token: string): Promise<string> {
  return (JSON.parse(await visit(droplet, FRESH.domain, '/api/v1/auths/', { token })) as { email: string })
    .email;
}

async function modeOf(droplet: Droplet, path: string): Promise<string> {
  return (await droplet.must(['stat', '-c', '%a %U:%G', path])).trim();
}
