import type { Scenario } from '../runner/scenario.ts';

/** The droplet itself, without the wizard: that it is as real as the other scenarios take it to be. */
export const scenario: Scenario = {
  name: 'droplet',
  title: 'the test droplet is what it promises',
  kind: 'prepared',
  releases: ['bookworm', 'trixie'],
  usesPackage: false,
  minutes: 5,
  async run({ droplet, internet, step, terminal, check }) {
    await step('systemd and sshd are up', async () => {
      check.equal(
        'the state of systemd',
        (await check.command(['systemctl', 'is-system-running'])).trim(),
        'running',
      );
      const shell = terminal();
      await shell.waitFor(/root@otto-.*#/);
      shell.type('stty size; tty\r');
      await shell.waitFor(/^24 80\s+\/dev\/pts\//m);
      await shell.keep('shell');
    });
    await step('a command inside takes less than 50 ms', async () => {
      const startedAt = performance.now();
      for (let i = 0; i < 10; i += 1) await droplet.exec(['true']);
      const ms = (performance.now() - startedAt) / 10;
      check.that('the time of a command', ms < 50, `${ms.toFixed(1)} ms`);
    });
    await step('names lead to the small internet, over trusted TLS', async () => {
      check.matches(
        'github.com',
        await check.command(['getent', 'ahostsv4', 'github.com']),
        /^203\.0\.113\.\d+ /,
      );
      await check.command(['curl', '-sS', '-o', '/dev/null', 'https://api.anthropic.com/api/hello']);
      const asked = await internet.requests();
      check.that(
        'the request is on record',
        asked.some(({ host }) => host === 'api.anthropic.com'),
        asked.length,
      );
    });
    await step('what is on the disk survives a power cut', async () => {
      await droplet.write('/root/kept', 'kept\n', 0o600);
      await droplet.must(['sync']);
      await droplet.kill();
      await droplet.boot();
      check.equal('the file', await droplet.read('/root/kept'), 'kept\n');
    });
  },
};
