import { expect, test } from 'vitest';
import { Busy } from '../../src/engine/hosts/busy.ts';
import { countedHost } from '../../src/engine/hosts/counted-host.ts';
import { RehearsalHost } from '../../src/rehearsal/host.ts';
import { createRehearsal } from '../../src/rehearsal/index.ts';

/** A host with fields of its own behind its methods, and a clock on which only its own work lets time pass. */
function counted() {
  const { host } = createRehearsal({ speed: Number.POSITIVE_INFINITY });
  const busy = new Busy(() => host.now());
  return { host: countedHost(host, busy), busy };
}

test('the time of commands and requests is counted', async () => {
  const { host, busy } = counted();
  await host.exec(['apt-get', 'update']);
  const afterCommand = busy.ms;
  expect(afterCommand).toBeGreaterThan(1_000);
  await host.fetch('https://api.anthropic.com/');
  expect(busy.ms).toBeGreaterThan(afterCommand);
});

test('what only passes is not, and everything else is the host as it was', async () => {
  const { host, busy } = counted();
  await host.sleep(5_000);
  expect(busy.ms).toBe(0);
  expect(host.kind).toBe('rehearsal');
  expect(host).toBeInstanceOf(RehearsalHost);
  expect(await host.readFile('/etc/os-release')).toContain('Ubuntu 24.04');
});
