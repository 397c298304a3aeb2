// Started by internet.ts: holds the small internet of one droplet until it is told to end.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { placesOf } from './paths.ts';
import type { Release } from './release.ts';

const [name = '', release = 'bookworm'] = process.argv.slice(2) as [string?, Release?];
const { runDir, internetNamespace } = placesOf(name);
const { startInternet } = await import('../internet/index.ts');
const internet = await startInternet({ netNamespace: internetNamespace, runDir, release });

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => {
    void internet.stop().finally(() => process.exit(0));
  });
}

const ready = join(runDir, 'internet.files.json');
await writeFile(`${ready}.new`, JSON.stringify(await internet.files(release)));
await rename(`${ready}.new`, ready);
