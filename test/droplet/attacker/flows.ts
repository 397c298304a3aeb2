import { hermesPatch } from '../artefacts/hermesRepository.ts';
import type { Outcome } from '../machine/shell.ts';
import { pause } from '../machine/shell.ts';
import { FRESH } from '../script/fresh.ts';
import { hostileAnswers } from './answers.ts';
import { documentedStart } from './documented-start.ts';
import type { Flow } from './flow.ts';
import type { Scene } from './scene.ts';

const DOMAIN = FRESH.domain;
const BUNDLE = '/root/for-support.tar.gz';
const SITE = '/etc/nginx/sites-enabled/zz-\u001b]0;PWNED\u0007\u001b[2J\u202e';

/** What lies in the user's folders all the time, and what somebody else does all the time. */
const PLANTED = ['git-config', 'python-startup', 'tools-and-path'] as const;
const BESIDE = ['read-secrets', 'temporary-names'] as const;

/** How it ended: the exit code, and what was found or its last line that says something. */
function ending({ exitCode, stdout, stderr, timedOut }: Outcome): string {
  if (timedOut) return 'it did not end';
  const found = [...new Set([...stdout.matchAll(/"code":"([a-z0-9-]+)"/g)].map(([, code]) => code))];
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => /[a-z]{3}/i.test(line) && !/^\s*[{}]/.test(line));
  const last = found.length > 0 ? found.join(', ') : (lines.at(-1) ?? 'nothing said').trim();
  return `exit ${exitCode}: ${last.slice(0, 160)}`;
}

/** Damage that cleo can do to the own home, which a fix then fixes as root. */
const FAULTS = `
systemctl stop nginx
cd /home/cleo/.hermes
chown -h root:root .env logs sessions hermes-agent/pyproject.toml 2>/dev/null || true
`;

const escaped = (name: Flow['name'], run: Flow['run']): Flow => ({
  name,
  cleo: ['terminal-escapes'],
  mallory: ['named-program', 'read-secrets'],
  prepare: (scene) => scene.droplet.write(SITE, '# a site with a name\n').then(() => undefined),
  run,
  after: async (scene) => {
    await scene.droplet.exec(['rm', '-f', SITE, BUNDLE]);
  },
});

/** A clean archive to restore from: with what cleo has put into ~/.hermes before. */
async function archive(scene: Scene): Promise<string> {
  const newest = async () =>
    (
      await scene.droplet.must([
        'sh',
        '-c',
        'ls -t /var/backups/otto-install/otto-*.tar.gz 2>/dev/null | head -1',
      ])
    ).trim();
  if ((await newest()) === '') await scene.droplet.ssh(['otto-install backup --yes'], { timeoutMs: 120_000 });
  return newest();
}

const restoreUnder = (cleo: readonly string[]): Flow => ({
  name: 'restore',
  cleo,
  mallory: BESIDE,
  prepare: async (scene) => {
    await archive(scene);
  },
  run: async (scene) =>
    ending(
      await scene.otto(`restore --from ${await archive(scene)} --backup-first no --yes`, { limitS: 420 }),
    ),
});

const backupUnder = (...cleo: readonly string[]): Flow => ({
  name: 'backup',
  cleo: [...cleo, 'data-of-containers'],
  mallory: BESIDE,
  run: async (scene) => ending(await scene.otto('backup --yes')),
});

const nightUnder = (...cleo: readonly string[]): Flow => ({
  name: 'nightly-backup',
  cleo,
  mallory: BESIDE,
  prepare: async (scene) => {
    const words = 'otto-install backup --daily yes --keep 2 --to /var/backups/nightly --yes';
    await scene.droplet.ssh([`test -e /etc/systemd/system/otto-install-backup.timer || ${words}`], {
      timeoutMs: 150_000,
    });
  },
  run: async (scene) => {
    const night = await scene.droplet.exec(['systemctl', 'start', 'otto-install-backup.service'], {
      timeoutMs: 120_000,
    });
    if (night.timedOut) scene.effect("'otto-install-backup.service' was not done after 120 s");
    const said = await scene.droplet.exec([
      'journalctl',
      '-u',
      'otto-install-backup',
      '-n',
      '1',
      '-o',
      'cat',
      '--no-pager',
    ]);
    return `exit ${night.exitCode}: ${said.stdout.trim().slice(0, 160)}`;
  },
});

/** In this order on a droplet with a healthy Otto; `uninstall` leaves none. */
export const FLOWS: readonly Flow[] = [
  {
    name: 'check',
    cleo: [...PLANTED, 'swap-hermes', 'swap-claude', 'swap-settings', 'data-of-containers'],
    mallory: [...BESIDE, 'claim-open-webui', 'claim-paperclip'],
    run: async (scene) => {
      await scene.otto('check');
      return ending(await scene.otto('check --json'));
    },
  },
  {
    name: 'check',
    cleo: ['pipes-and-devices', 'huge-and-deep', 'odd-names'],
    own: ['home-renamed-by-root'],
    run: async (scene) => {
      const looking = scene.otto('check');
      for (let times = 0; times < 4; times += 1) {
        await pause(500);
        await scene.droplet.must([
          'sh',
          '-c',
          'mv -T /home/cleo /home/cleo-renamed; sleep 0.3; mv -T /home/cleo-renamed /home/cleo',
        ]);
        scene.tried('home-renamed-by-root');
      }
      return ending(await looking);
    },
  },
  escaped('check', async (scene) => {
    const shown = await scene.inTerminal('check');
    await scene.otto('check --json');
    await scene.inTerminal('', /looked at|What would you like/);
    return `in a terminal ${shown}`;
  }),
  escaped('status', async (scene) => {
    await scene.inTerminal('status');
    await scene.otto('status');
    return ending(await scene.otto('status --json'));
  }),
  escaped('plan', async (scene) => {
    await scene.inTerminal('plan');
    return ending(await scene.otto('plan'));
  }),
  escaped('logs', async (scene) => {
    await scene.inTerminal('logs --lines 50');
    await scene.otto('logs --errors --lines 50 --json');
    return ending(await scene.otto('logs --lines 50'));
  }),
  escaped('support', async (scene) => ending(await scene.otto(`support --to ${BUNDLE} --yes`))),
  {
    name: 'support',
    cleo: ['list-then-read', 'swap-hermes', 'swap-settings', 'pipes-and-devices', 'odd-names', 'hard-links'],
    mallory: BESIDE,
    run: async (scene) => ending(await scene.otto(`support --to ${BUNDLE} --yes`)),
    after: async (scene) => {
      await scene.droplet.exec(['rm', '-f', BUNDLE]);
    },
  },
  escaped('fix', async (scene) => {
    await scene.droplet.must(['systemctl', 'stop', 'nginx']);
    const shown = await scene.inTerminal('fix --plain', /yes or no|\[y\/n\]/i, 'no\r');
    await scene.otto('fix --json');
    return `in a terminal ${shown}`;
  }),
  {
    name: 'fix',
    cleo: [...PLANTED, 'hard-links', 'swap-hermes-in-two-steps', 'swap-checkout'],
    mallory: BESIDE,
    run: async (scene) => {
      await scene.droplet.must(['sh', '-c', FAULTS]);
      const codes = 'nginx-not-running hermes-settings-of-another-user hermes-files-of-another-user';
      await scene.otto('fix', { limitS: 240 });
      const look = await scene.otto('check --json');
      const found = [...new Set([...look.stdout.matchAll(/"code":"([a-z0-9-]+)"/g)].map(([, code]) => code))];
      return ending(
        await scene.otto(`fix ${found.length > 0 ? found.slice(0, 8).join(' ') : codes}`, { limitS: 240 }),
      );
    },
  },
  backupUnder('list-then-read', 'swap-claude', 'swap-config-folder'),
  backupUnder('forged-journal', 'swap-hermes'),
  backupUnder('odd-names', 'pipes-and-devices', 'hard-links', 'renamed-home'),
  backupUnder('huge-and-deep', 'swap-settings'),
  nightUnder('forged-journal'),
  nightUnder('list-then-read', 'swap-hermes', 'hard-links'),
  restoreUnder(['swap-hermes']),
  restoreUnder(['swap-config-folder', 'swap-claude', 'renamed-home', 'hard-links']),
  {
    name: 'rotate-key',
    cleo: ['swap-settings', 'hard-links'],
    mallory: [...BESIDE, 'take-ports'],
    run: async (scene) => ending(await scene.otto('rotate-key --how generated --yes', { limitS: 600 })),
  },
  {
    name: 'update-hermes',
    cleo: [...PLANTED, 'swap-checkout', 'hard-links', 'forged-journal'],
    mallory: [...BESIDE, 'claim-open-webui'],
    run: async (scene) => {
      await scene.internet.github.setMain(await hermesPatch('patched'));
      return ending(await scene.otto('update hermes --yes', { limitS: 360 }));
    },
  },
  {
    name: 'start-by-npx',
    cleo: ['npx-in-a-home', 'tools-and-path'],
    run: async (scene) => {
      const documented = await documentedStart();
      scene.tried('npx-in-a-home');
      return ending(await scene.run(`cd /home/cleo; ${documented} --version`, 60));
    },
  },
  {
    name: 'answers',
    own: ['hostile-answers'],
    run: hostileAnswers,
  },
  {
    name: 'uninstall',
    cleo: ['swap-hermes', 'swap-claude', 'swap-config-folder', 'hard-links', 'forged-journal', 'odd-names'],
    mallory: BESIDE,
    run: async (scene) => {
      const words = `uninstall --yes --data remove --certificate keep --user keep --confirm ${DOMAIN}`;
      const first = await scene.otto(words, { limitS: 240 });
      // Under attack it may have refused; the second time cleo is still there.
      return first.exitCode === 0 ? ending(first) : ending(await scene.otto(words, { limitS: 240 }));
    },
  },
];
