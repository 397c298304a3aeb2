import { layout } from '../answers/layout.ts';
import type { Answers } from '../answers/schema.ts';

/** A file, or all files of a folder, that makes a difference to an Otto. */
export interface Watched {
  readonly path: string;
  /** The path is a folder: its files one by one. */
  readonly folder?: true;
  /** Its content changes by itself (tokens that are renewed): only owner and mode count. */
  readonly onlyOwner?: true;
  /** Ids of the tasks whose findings a change of it may cause. */
  readonly tasks: readonly string[];
}

const HERMES = ['hermes-config', 'hermes-service', 'bridge', 'claude', 'first-login'];
const WEB = ['nginx-site', 'certificate', 'open-site', 'first-login'];
const UFW = ['firewall', 'bridge', 'certificate', 'nginx-site'];
const NAMES = ['machine', 'domain', 'claude', 'github', 'first-login'];

/** The files that matter, in the order in which their changes are reported. */
export function watchedFiles(answers: Answers): readonly Watched[] {
  const { hermes, openWebui, paperclip, claude } = layout(answers);
  const live = `/etc/letsencrypt/live/${answers.domain}`;
  return [
    { path: hermes.envFile, tasks: HERMES },
    { path: hermes.config, tasks: HERMES },
    { path: hermes.unit, tasks: ['hermes-service'] },
    { path: hermes.dropIns, folder: true, tasks: ['hermes-service'] },
    { path: claude.credentials, onlyOwner: true, tasks: ['claude', 'first-login'] },
    { path: openWebui.envFile, tasks: ['open-webui', 'bridge', 'first-admin'] },
    { path: paperclip.envFile, tasks: ['paperclip'] },
    { path: '/etc/nginx/nginx.conf', tasks: WEB },
    { path: '/etc/nginx/sites-enabled', folder: true, tasks: WEB },
    { path: '/etc/nginx/conf.d', folder: true, tasks: WEB },
    { path: `${live}/fullchain.pem`, tasks: WEB },
    { path: `/etc/letsencrypt/renewal/${answers.domain}.conf`, tasks: ['certificate'] },
    { path: '/etc/docker/daemon.json', tasks: ['docker', 'bridge', 'firewall'] },
    { path: '/etc/ufw/ufw.conf', tasks: UFW },
    { path: '/etc/ufw/user.rules', tasks: UFW },
    { path: '/etc/ufw/before.rules', tasks: UFW },
    { path: '/etc/ufw/after.rules', tasks: UFW },
    { path: '/etc/default/ufw', tasks: UFW },
    { path: '/etc/resolv.conf', tasks: NAMES },
    { path: '/etc/hosts', tasks: NAMES },
    { path: '/etc/environment', tasks: NAMES },
  ];
}

/** Packages whose release makes a difference, with the tasks that it can trouble. */
export const WATCHED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'docker.io': ['docker', 'open-webui', 'paperclip', 'bridge', 'firewall'],
  'docker-ce': ['docker', 'open-webui', 'paperclip', 'bridge', 'firewall'],
  containerd: ['docker', 'open-webui', 'paperclip'],
  nginx: WEB,
  certbot: ['certificate'],
  ufw: UFW,
  python3: ['hermes-code', 'hermes-service'],
};
