import type { Scenario } from '../runner/scenario.ts';

/** The droplet itself, without the wizard: that it is as real as the other scenarios take it to be. */
export const scenario: Scenario = {
  name: 'droplet',
  title: 'the test droplet is what it promises',
  kind: 'prepared',
  releases: ['bookworm', 'trixie', 'forky'],
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
    await step('Docker pulls an image and runs it', async () => {
      const image = 'ghcr.io/open-webui/open-webui:main';
      await check.command(['docker', 'pull', '--quiet', image], 120_000);
      const idle = ['--entrypoint', 'sleep', image, 'infinity'];
      await check.command(['docker', 'run', '--detach', '--name', 'kept', '--restart', 'always', ...idle]);
      await check.command(['docker', 'exec', 'kept', 'sh', '-c', 'echo kept too >/kept']);
    });
    await step('UFW cuts the container off from the droplet until docker0 is allowed', async () => {
      await check.command(['systemd-run', '--unit=listener', 'python3', '-m', 'http.server', '8642']);
      const ask = ['curl', '-sS', '-o', '/dev/null', '-m', '3'];
      const curl = async () =>
        (await droplet.exec(['docker', 'exec', 'kept', ...ask, 'http://172.17.0.1:8642/'])).exitCode;
      const listens = async () => (await droplet.exec(['ss', '-Hltn', 'sport = :8642'])).stdout !== '';
      while (!(await listens())) await droplet.exec(['sleep', '0.1']);
      check.equal('curl without a firewall', await curl(), 0);
      await check.command(['ufw', 'allow', 'OpenSSH']);
      await check.command(['ufw', '--force', 'enable']);
      check.equal('curl with UFW on (28: it timed out)', await curl(), 28);
      await check.command(['ufw', 'allow', 'in', 'on', 'docker0', 'to', 'any', 'port', '8642']);
      check.equal('curl with the rule', await curl(), 0);
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
