import { attemptTable, ESCAPES, tryFromInside, USES } from '../attacker/from-inside.ts';
import { until } from '../machine/shell.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { FRESH } from '../script/fresh.ts';
import { runWizard, untilStarted } from '../script/wizard.ts';

const FOLDER = '/etc/systemd/system/hermes-gateway.service.d';
const SANDBOX = `${FOLDER}/10-otto-sandbox.conf`;

/** What a chat can and cannot do, and how an Otto without a sandbox comes to one, or does not. */
export const scenario: Scenario = {
  name: 'sandbox',
  title: 'Hermes’s sandbox from inside; turned on with its proof, taken back, opened by hand, turned off',
  releases: ['bookworm', 'trixie'],
  needs: 'unattended',
  minutes: 25,
  async run(context) {
    const { droplet, internet, step, check, log } = context;
    const pid = async () =>
      (await droplet.must(['systemctl', 'show', '-P', 'MainPID', 'hermes-gateway'])).trim();
    const isThere = async (path: string) => (await droplet.exec(['test', '-e', path])).exitCode === 0;
    await step('Hermes is up', () => untilStarted(context, FRESH.domain));

    await step('a new Otto: everything that an agent does works in it', () => usesWork(context));
    await step('and nothing of what a taken-over chat would like', async () => {
      const rows = await escapes(context);
      log(attemptTable(rows, 'REACHED', 'blocked'));
      check.equal('reached from inside', reached(rows), []);
      log(
        (await droplet.must(['systemd-analyze', 'security', '--no-pager', 'hermes-gateway']))
          .trim()
          .split('\n')
          .at(-1) ?? '',
      );
    });
    await step('a restart that Hermes asks for (75), by systemctl reload', async () => {
      const before = await pid();
      await droplet.must(['systemctl', 'reload', 'hermes-gateway']);
      await until('another process', 120_000, async () =>
        !['0', before].includes(await pid()) ? true : undefined,
      );
      await untilStarted(context, FRESH.domain);
    });
    await step('after a restart of the machine it is all there', async () => {
      await droplet.kill();
      await droplet.boot();
      await untilStarted(context, FRESH.domain);
      check.equal('reached from inside', reached(await escapes(context)), []);
    });
    await step('rules that somebody flushed are found and loaded again', async () => {
      await droplet.must(['nft', 'delete', 'table', 'inet', 'otto_hermes']);
      await codeIs(context, 'hermes-local-ports-open', true);
      await fix(context, 'hermes-local-ports-open', 0);
      await droplet.must(['nft', 'list', 'table', 'inet', 'otto_hermes']);
    });

    await step('an Otto of 1.0.0 has none, and that is a risk', async () => {
      await droplet.must(['sh', '-c', `rm -r ${FOLDER}; nft delete table inet otto_hermes`]);
      await restart(context);
      await codeIs(context, 'hermes-unsandboxed', true);
      const rows = await escapes(context);
      log(`reached without a sandbox: ${reached(rows).join('; ')}`);
      check.that('without a sandbox something is reached', reached(rows).length > 5, '');
    });
    await step('a model that runs nothing: not proved, and nothing was touched', async () => {
      const before = await pid();
      await internet.claude.play('declines-tools');
      const said = await fix(context, 'hermes-unsandboxed', 1);
      await internet.claude.play('normal');
      check.matches('why', said, /did not run the test command/);
      check.equal('the process', await pid(), before);
      check.that('no drop-in', !(await isThere(SANDBOX)), '');
    });
    await step('a tool that the sandbox takes away: taken back by itself', async () => {
      await droplet.must(['install', '-D', '/usr/bin/node', '/opt/cleo/tools/node']);
      await droplet.write('/usr/local/bin/node', '#!/bin/sh\nexec /opt/cleo/tools/node "$@"\n', 0o755);
      const said = await fix(context, 'hermes-unsandboxed', 1);
      await droplet.must(['rm', '-r', '/usr/local/bin/node', '/opt/cleo/tools']);
      check.matches('why', said, /A chat can no longer start: node \(127\)/);
      check.that('the drop-in is gone', !(await isThere(SANDBOX)), '');
      check.equal('NoNewPrivileges', await property(context, 'NoNewPrivileges'), 'no');
      check.that(
        'the rules are gone',
        (await droplet.exec(['nft', 'list', 'table', 'inet', 'otto_hermes'])).exitCode !== 0,
        '',
      );
      await untilStarted(context, FRESH.domain);
      await codeIs(context, 'hermes-unsandboxed', true);
    });
    await step('turned on, proved by a chat', async () => {
      await fix(context, 'hermes-unsandboxed', 0);
      check.equal('NoNewPrivileges', await property(context, 'NoNewPrivileges'), 'yes');
      await codeIs(context, 'hermes-unsandboxed', false);
      check.equal('reached from inside', reached(await escapes(context)), []);
    });
    await step('a part that was opened by hand is healthy, and open', async () => {
      await droplet.must(['install', '-d', '-o', 'cleo', '/srv/project']);
      await droplet.write(`${FOLDER}/override.conf`, '[Service]\nReadWritePaths=/srv/project\n', 0o644);
      await restart(context);
      await codeIs(context, 'hermes-unsandboxed', false);
      const rows = await tryFromInside(droplet, [{ what: 'write', line: 'touch /srv/project/x' }]);
      check.equal('how writing ended', rows[0]?.exitCode, 0);
    });
    await step('turned off by the answer', async () => {
      const none = 'hermes-sandbox-not-wanted --hermes-sandbox none';
      await fix(context, none, 0);
      check.equal('NoNewPrivileges', await property(context, 'NoNewPrivileges'), 'no');
      check.that('the drop-in is gone', !(await isThere(SANDBOX)), '');
    });
  },
};

async function usesWork({ droplet, check, log }: ScenarioContext): Promise<void> {
  const rows = await tryFromInside(droplet, USES);
  log(attemptTable(rows, 'works', 'FAILS'));
  check.equal(
    'what fails in the sandbox',
    rows.filter(({ exitCode }) => exitCode !== 0).map(({ what }) => what),
    [],
  );
}

/** What a chat tries while the same user, another user and root have something to be found. */
async function escapes({ droplet }: ScenarioContext) {
  await droplet.must([
    'sh',
    '-c',
    'touch /tmp/of-another; mkdir -p /home/mallory /root/kept; setsid -f runuser -u cleo -- sleep 98765 >/dev/null 2>&1',
  ]);
  const rows = await tryFromInside(droplet, ESCAPES);
  await droplet.exec(['pkill', '-x', '-f', 'sleep 98765']);
  return rows;
}

const reached = (rows: Awaited<ReturnType<typeof escapes>>) =>
  rows.filter(({ exitCode }) => exitCode === 0 || exitCode === -1).map(({ what }) => what);

async function restart(context: ScenarioContext): Promise<void> {
  const { droplet } = context;
  await droplet.must([
    'sh',
    '-c',
    'systemctl daemon-reload; systemctl stop hermes-gateway; rm -f /home/cleo/.hermes/gateway-starts.log; systemctl start hermes-gateway',
  ]);
  await untilStarted(context, FRESH.domain);
}

const property = async ({ droplet }: ScenarioContext, name: string) =>
  (await droplet.must(['systemctl', 'show', '-P', name, 'hermes-gateway'])).trim();

async function codeIs(context: ScenarioContext, code: string, found: boolean): Promise<void> {
  const { stdout } = await runWizard(context, 'check --json', 120_000);
  context.check.equal(`whether check names ${code}`, stdout.includes(`"code":"${code}"`), found);
}

/** Fixes it with nobody there; returns what was printed. */
async function fix(context: ScenarioContext, words: string, exitCode: number): Promise<string> {
  const { droplet, check } = context;
  // Hermes's breaker counts the starts of two minutes.
  await droplet.exec(['rm', '-f', '/home/cleo/.hermes/gateway-starts.log']);
  const ended = await runWizard(context, `fix ${words} --yes`, 10 * 60_000);
  check.equal(
    `how fix ${words} ended: ${ended.stdout.slice(-2500)}${ended.stderr}`,
    ended.exitCode,
    exitCode,
  );
  return `${ended.stdout}${ended.stderr}`;
}
