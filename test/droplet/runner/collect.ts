import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Droplet } from '../machine/droplet.ts';

/** What is asked of the droplet at a scenario's end: file name of the artefact, command. */
const questions: readonly (readonly [string, readonly string[]])[] = [
  ['journal.txt', ['journalctl', '--no-pager', '--boot', '-o', 'short-precise']],
  ['units.txt', ['systemctl', '--no-pager', 'list-units', '--failed', '--all']],
  ['listeners.txt', ['ss', '-Hltnp']],
  [
    'containers.txt',
    ['sh', '-c', 'command -v docker >/dev/null && docker ps -a && docker logs --tail 200 open-webui 2>&1'],
  ],
  ['otto-install.log', ['sh', '-c', 'cat /var/log/otto-install/*']],
  ['certbot.log', ['cat', '/var/log/letsencrypt/letsencrypt.log']],
];

/** Keeps the droplet's and its internet's logs in the artefacts; what is not there or does not answer is left out. */
export async function collect(droplet: Droplet, artefacts: string): Promise<void> {
  for (const name of ['console.log', 'internet.log']) {
    await copyFile(join(droplet.places.runDir, name), join(artefacts, name)).catch(() => undefined);
  }
  for (const [file, argv] of questions) {
    const outcome = await droplet.exec(argv, { timeoutMs: 10_000 }).catch(() => undefined);
    if (outcome === undefined) return;
    if (outcome.stdout !== '') await writeFile(join(artefacts, file), outcome.stdout, { mode: 0o600 });
  }
}
