import { describe, expect, test } from 'vitest';
import { createRehearsal } from '../../../src/rehearsal/index.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { freshDroplet, installedDroplet } from './runs.ts';

describe('commands', () => {
  test('one that is not rehearsed is an error that names it, never a success', async () => {
    const { host } = freshDroplet();
    await expect(host.exec(['reboot', '--now'])).rejects.toThrow('reboot --now');
    await expect(host.exec(['systemctl', 'isolate', 'rescue.target'])).rejects.toThrow(
      'isolate rescue.target',
    );
  });

  test.each([['docker'], ['nginx'], ['ufw'], ['certbot'], ['gh'], ['git'], ['/usr/local/bin/claude']])(
    '%s is not there on a fresh droplet, and is after an installation',
    async (program) => {
      const fresh = await freshDroplet().host.exec([program, '--version']);
      expect(fresh).toMatchObject({ exitCode: 127, stderr: `${program}: command not found\n` });
      const { host } = await installedDroplet();
      const later = await host.exec([program, '--version']).catch(() => ({ exitCode: 0 }));
      expect(later.exitCode).not.toBe(127);
    },
  );

  test('what it prints comes line by line as well, without the secrets in it', async () => {
    const { host } = freshDroplet();
    const secret = new Secret('a-secret-in-a-file-0123456789');
    await host.writeFile('/root/note', [secret, '\nsecond\n'], { mode: 0o600 });
    const lines: string[] = [];
    const { stdout } = await host.exec(['tail', '/root/note'], { onLine: (line) => lines.push(line) });
    expect(stdout).toBe(`${secret.reveal()}\nsecond\n`);
    expect(lines).toEqual(['••••', 'second']);
  });

  test('one that is broken off says so, and has not done its work', async () => {
    const { host, machine } = freshDroplet();
    const stop = new AbortController();
    const going = host.exec(['apt-get', 'install', '--yes', 'nginx'], {
      signal: stop.signal,
      onLine: () => stop.abort(),
    });
    expect(await going).toMatchObject({ exitCode: 143 });
    expect(machine.packages.has('nginx')).toBe(false);
  });
});

describe('files', () => {
  test('have owner, mode and kind, and links lead where they point', async () => {
    const { host } = freshDroplet();
    await host.exec(['useradd', 'cleo']);
    await host.writeFile('/home/cleo/note', 'hello', { mode: 0o600, owner: 'cleo:cleo' });
    await host.exec(['ln', '-sfn', '--', '../home/cleo/note', '/root/link']);
    expect(await host.stat('/home/cleo/note')).toMatchObject({
      kind: 'file',
      mode: 0o600,
      owner: 'cleo',
      size: 5,
    });
    expect(await host.stat('/root/link')).toMatchObject({ kind: 'symlink' });
    expect(await host.readFile('/root/link')).toBe('hello');
    expect(await host.list('/home/cleo')).toEqual(['note']);
    expect(await host.readFile('/nothing')).toBeUndefined();
  });

  test('of this machine are never seen', async () => {
    expect(await freshDroplet().host.readFile(import.meta.filename)).toBeUndefined();
  });
});

describe('time', () => {
  test('passes at once in tests, in the right order', async () => {
    const { host } = freshDroplet();
    const began = host.now();
    const order: string[] = [];
    await Promise.all([
      host.sleep(60_000).then(() => order.push('a minute')),
      host.sleep(1_000).then(() => order.push('a second')),
    ]);
    expect(order).toEqual(['a second', 'a minute']);
    expect(host.now() - began).toBe(60_000);
  });

  test('passes faster than ours in a rehearsal that somebody watches', async () => {
    const { host } = createRehearsal({ speed: 100 });
    const [began, ours] = [host.now(), performance.now()];
    await host.sleep(2_000);
    expect(host.now() - began).toBeGreaterThanOrEqual(1_900);
    expect(performance.now() - ours).toBeLessThan(1_000);
  });
});
