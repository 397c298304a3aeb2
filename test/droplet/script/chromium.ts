import { createHash, X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, launch } from 'puppeteer-core';
import { dropletAddress } from '../machine/paths.ts';
import type { ScenarioContext } from '../runner/scenario.ts';

/**
 * Debian's Chromium as a visitor on the droplet's internet. It trusts one certificate: that of the droplet's site,
 * which was issued by an authority that no browser knows. Its windows are 1280x800.
 */
export async function chromium({ droplet, artefacts }: ScenarioContext, domain: string): Promise<Browser> {
  const pem = await droplet.read(`/etc/letsencrypt/live/${domain}/cert.pem`);
  // A pipe and no port: the browser is in another network than we are. Its file descriptors get through `exec`.
  const starter = join(artefacts, 'chromium.sh');
  const net = `/run/netns/${droplet.places.internetNamespace}`;
  await writeFile(starter, `#!/bin/sh\nexec nsenter --net=${net} chromium "$@"\n`, { mode: 0o700 });
  return launch({
    executablePath: starter,
    pipe: true,
    headless: true,
    defaultViewport: { width: 1280, height: 800 },
    args: [
      // It runs as root here, and the machine's /dev/shm may be small.
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      `--host-resolver-rules=MAP ${domain} ${dropletAddress}, EXCLUDE localhost`,
      `--ignore-certificate-errors-spki-list=${keyHash(pem)}`,
    ],
  });
}

/** What Chromium calls the SPKI hash of a certificate: base64 of SHA-256 over its public key. */
function keyHash(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}
