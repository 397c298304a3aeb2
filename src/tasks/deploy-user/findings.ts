import { BELOW_OPEN_FOLDER } from '../above-data.ts';
import { declareFindings, type FoundOf, family, wording } from '../finding.ts';

/** Groups with which somebody can become root. */
export const POWERFUL_GROUPS = ['sudo', 'docker', 'admin', 'wheel', 'lxd', 'root', 'disk'] as const;

const mayTakeOver = (name: string) =>
  `Anyone with an account in Open WebUI can make Hermes run commands as ${name}, and so could take over the whole machine.`;

/** What can be wrong with the user that Otto runs as, and with the folder for the containers' data. */
export const FINDINGS = declareFindings('deploy-user', 'tasks/deploy-user/deploy-user.test.ts', {
  'deploy-user-missing': {
    severity: 'missing',
    reason:
      'Hermes runs commands for anyone who chats with it. A user without a password and without sudo limits what these commands can do.',
  },
  'deploy-user-is-root': {
    severity: 'blocked',
    reason:
      'Hermes runs commands for anyone who chats with it; as root these commands could do anything. Answer with another user name, and otto-install creates that user.',
  },
  'deploy-user-group-missing': {
    severity: 'broken',
    reason: wording(
      { name: '‹user›' },
      ({ name }) =>
        `The files of Otto and its service belong to ${name}:${name}, so systemd would refuse to start Hermes.`,
    ),
  },
  'deploy-user-password-empty': {
    severity: 'broken',
    alone: true,
    reason: wording({ name: '‹user›' }, ({ name }) => `Anyone can become ${name} without a password.`),
  },
  'deploy-user-shell': {
    severity: 'risk',
    reason: wording(
      { name: '‹user›' },
      ({ name }) =>
        `su - ${name}, which the runbook uses for repairs by hand, exits at once with that shell.`,
    ),
  },
  'deploy-user-home-elsewhere': {
    severity: 'blocked',
    reason: wording(
      { place: '/home/‹user›' },
      ({ place }) =>
        `Every step, and the Hermes service, expects Hermes and the sign-in to Claude in ${place}. Answer with another user name, or move the home.`,
    ),
    impact: 'otto-install will not find Hermes and the sign-in to Claude where it expects them.',
  },
  'deploy-user-home-missing': {
    severity: 'missing',
    reason: 'Hermes and the sign-in to Claude live in it.',
  },
  'deploy-user-home-owner': {
    severity: 'broken',
    reason: wording(
      { name: '‹user›' },
      ({ name }) => `${name} cannot write in its own home, so neither can Hermes nor the sign-in to Claude.`,
    ),
  },
  ...family(['deploy-user-in-', POWERFUL_GROUPS, ''], () => ({
    severity: 'risk',
    reason: wording({ name: '‹user›' }, ({ name }) => mayTakeOver(name)),
  })),
  'deploy-user-may-sudo': {
    severity: 'risk',
    reason: wording(
      { name: '‹user›' },
      ({ name }) =>
        `${mayTakeOver(name)} grep -r ${name} /etc/sudoers.d shows the file; visudo -f changes it safely.`,
    ),
  },
  'data-below-open-folder': BELOW_OPEN_FOLDER,
  'opt-missing': {
    severity: 'missing',
    reason: 'Open WebUI and Paperclip keep their data in it.',
  },
  'opt-not-a-folder': {
    severity: 'blocked',
    reason: 'Open WebUI and Paperclip keep their data in a folder with that name. Move the file away.',
  },
  'opt-writable-by-others': {
    severity: 'broken',
    reason:
      'The containers write below it as root. Anyone who can write in this folder can replace theirs with a link, and so make them write anywhere.',
    proof: { fault: 'machine-opt-of-user' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
