import type { Layout } from '../../answers/layout.ts';
import { LETSENCRYPT_FOLDER } from '../../system/certificates/certbot.ts';
import { ACCOUNT as PAPERCLIP_ACCOUNT } from '../../tasks/paperclip/account.ts';

/** A part of an Otto as a backup holds it. Patterns are those of Python's fnmatch, below `root`; a star crosses folders. */
interface BackupPart {
  readonly name: string;
  readonly title: string;
  /** A folder. */
  readonly root: string;
  /** What of it is wanted; without it everything but `exclude`. */
  readonly include?: readonly string[];
  readonly exclude: readonly string[];
  /** The container that is held still while its data is copied. */
  readonly pause?: string;
  /**
   * A container works with it, as this account. Restored, all of it that is not root's belongs to whoever has the folder here, and
   * where there is no folder to this account: the number or name that it had elsewhere may be a person's here.
   */
  readonly account?: string;
  /**
   * What is there already is kept when a backup is restored: tokens that are good only once, and certificates, are older in a
   * backup than those that are running.
   */
  readonly keepsPresent?: true;
  /** The same for single things of a folder that is restored otherwise. */
  readonly keeps?: readonly string[];
}

/** What Hermes recreates by itself, and what is code: `hermes update` and the wizard bring it. */
const HERMES_NOT_DATA = [
  'hermes-agent*',
  '.hermes-agent*',
  'node',
  'venv',
  '.venv',
  'bin',
  'logs',
  'audio_cache',
  'image_cache',
  'sandboxes',
  '*.lock',
  '*.pid',
  'gateway_state.json',
  'gateway-starts.log',
  '.skills_prompt_snapshot.json',
  '.tirith*',
  '.clean_shutdown',
  '.hermes-update-in-progress',
];

/** Everything that an Otto needs and cannot fetch again. */
export function backupParts(place: Layout): readonly BackupPart[] {
  const { hermes, openWebui, paperclip, home, opt, state } = place;
  return [
    {
      name: 'open-webui',
      title: 'Open WebUI',
      root: openWebui.data,
      // The models in its cache are fetched again.
      exclude: ['cache', 'otto-install-backups', '*.growing', '*.coming'],
    },
    {
      name: 'hermes',
      title: 'Hermes',
      root: hermes.home,
      exclude: HERMES_NOT_DATA,
      // Tokens that it has taken over from the Claude CLI.
      keeps: ['auth.json'],
    },
    {
      name: 'credentials',
      title: 'Claude and GitHub',
      root: home,
      include: [
        '.claude/.credentials.json',
        '.claude.json',
        '.config/gh/hosts.yml',
        '.config/gh/config.yml',
        '.gitconfig',
      ],
      exclude: [],
      keepsPresent: true,
    },
    {
      name: 'environment',
      title: 'Environment files',
      root: opt,
      include: ['open-webui.env', 'paperclip.env'],
      exclude: [],
    },
    {
      name: 'paperclip',
      title: 'Paperclip',
      root: paperclip.data,
      // The mark of a database that runs: in a copy it would be wrong (facts: paperclip).
      exclude: ['*/postmaster.pid', 'instances/*/logs'],
      pause: paperclip.container,
      account: PAPERCLIP_ACCOUNT,
    },
    {
      name: 'service',
      title: "Hermes's service",
      root: '/etc/systemd/system',
      include: [hermes.unitName, `${hermes.unitName}.d`],
      exclude: [],
    },
    {
      name: 'nginx',
      title: 'nginx site',
      root: '/etc/nginx',
      include: ['sites-enabled/*', 'sites-available/*', 'conf.d/*'],
      exclude: [],
    },
    {
      name: 'certificate',
      title: 'Certificate',
      root: LETSENCRYPT_FOLDER,
      include: [
        'live/*',
        'archive/*',
        'renewal/*',
        'accounts',
        'options-ssl-nginx.conf',
        'ssl-dhparams.pem',
        'cli.ini',
      ],
      exclude: [],
      keepsPresent: true,
    },
    {
      name: 'state',
      title: 'What otto-install remembers',
      root: state,
      include: [
        'answers.json',
        'ledger.json',
        'verified.json',
        'administrators.json',
        'paperclip-administrators.json',
      ],
      exclude: [],
      keepsPresent: true,
    },
    {
      name: 'password',
      title: 'The first account’s password',
      root: '/root',
      include: ['otto-admin-password.txt'],
      exclude: [],
      keepsPresent: true,
    },
  ];
}
