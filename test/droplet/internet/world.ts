/**
 * The process that is the small internet. Started by `startInternet` inside the internet's network namespace with
 * the path of its settings (JSON, `WorldSettings`); says `ready` on standard output when everything answers.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startAcme } from './acme/acme.ts';
import { createClaude } from './claude/claude.ts';
import { serveControl } from './control.ts';
import { createZone, serveZone } from './dns/dns.ts';
import { type Handler, html, send } from './exchange.ts';
import { createFaults } from './faults.ts';
import { startFront } from './front.ts';
import { createGates } from './gates.ts';
import { cloneRepository } from './github/git.ts';
import { createGithub } from './github/github.ts';
import { INTERNET_ADDRESS, OTHER_MACHINE_ADDRESS } from './names.ts';
import { createFileServer, createNpmRegistry } from './packages/mirrors.ts';
import { createRegistry, startRegistry } from './packages/registry.ts';
import { openRequestLog } from './request-log.ts';
import { pebbleRootOf, type WorldSettings } from './settings.ts';

const [settingsPath = ''] = process.argv.slice(2);
const { dir, authorityDir, artefacts } = JSON.parse(await readFile(settingsPath, 'utf8')) as WorldSettings;
const warn = (text: string): void => console.error(`${new Date().toISOString()} ${text}`);

const zone = createZone();
await serveZone(zone, INTERNET_ADDRESS);

const [acme, registry, repository] = await Promise.all([
  startAcme(authorityDir, dir, zone.lookUp, warn),
  artefacts.images === undefined
    ? createRegistry('http://127.0.0.1:5000')
    : startRegistry(artefacts.images, dir, warn),
  artefacts.hermes === undefined ? undefined : cloneRepository(artefacts.hermes, join(dir, 'git')),
]);
await writeFile(pebbleRootOf(dir), acme.rootPem);

const claude = createClaude();
const github = createGithub(join(dir, 'git'), repository);
const faults = createFaults();
const gates = createGates();
const missing: Handler = (exchange) => send(exchange, html(404, '<p>Not Found</p>'));

const front = await startFront({
  authorityDir,
  faults,
  gates,
  warn,
  record: openRequestLog(dir),
  plainHttp: ['deb.small.example'],
  handlers: {
    'github.com': github.site,
    'api.github.com': github.api,
    'ghcr.io': registry.handler,
    'api.anthropic.com': claude.api,
    'platform.claude.com': claude.tokens,
    'console.anthropic.com': claude.tokens,
    'claude.ai': claude.pages,
    'claude.com': claude.pages,
    'acme-v02.api.letsencrypt.org': acme.handler,
    'acme-staging-v02.api.letsencrypt.org': acme.handler,
    'pypi.small.example': createFileServer(artefacts.python),
    'npm.small.example': createNpmRegistry(artefacts.npm),
    'deb.small.example': createFileServer(artefacts.apt),
    'models.dev': missing,
    'openrouter.ai': missing,
  },
});

// Somebody else's machine: where a domain points before its owner has changed it.
createServer((_, response) => response.writeHead(404, { server: 'Apache' }).end('Not Found\n')).listen(
  80,
  OTHER_MACHINE_ADDRESS,
);

await serveControl(dir, {
  claude: claude.control,
  github: github.control,
  images: registry.control,
  acme: acme.control,
  dns: zone.control,
  gates: gates.control,
  hosts: {
    play: async (host, fault) => {
      faults.play(host, fault);
      await front.applyFaults();
    },
    heal: async (host) => {
      faults.heal(host);
      await front.applyFaults();
    },
  },
});

// Children end with this process; nothing else needs an orderly end.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
// From here on one broken connection must not take every host down with it.
process.on('uncaughtException', (error) => warn(error.stack ?? error.message));
process.stdout.write('ready\n');
