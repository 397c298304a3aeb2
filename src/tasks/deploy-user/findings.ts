import { BELOW_OPEN_FOLDER } from '../above-data.ts';
import { declareFindings, type FoundOf, family, wording } from '../finding.ts';

/** Groups with which somebody can become root. */
export const POWERFUL_GROUPS = ['sudo', 'docker', 'admin', 'wheel', 'lxd', 'root', 'disk'] as const;

const mayTakeOver = (name: string) =>
  `Everybody with an account in Open WebUI can let Hermes run commands as ${name}, and those could then take over the whole machine.`;

/** What can be wrong with the user that Otto runs as, and with the folder for the containers' data. */
export const FINDINGS = declareFindings('deploy-user', {
  'deploy-user-missing': {
    severity: 'missing',
    reason:
      'Hermes runs commands for whoever chats with it. A user without a password and without sudo limits what those can do.',
    proof: { test: 'tasks/deploy-user.test.ts' },
  },
  'deploy-user-is-root': {
    severity: 'blocked',
    reason:
      'Hermes runs commands for whoever chats with it; as root those could do anything. Answer with another user name: it is created.',
    proof: { test: 'tasks/deploy-user.test.ts' },
  },
  'deploy-user-group-missing': {
    severity: 'broken',
    reason: wording(
      { name: '‹user›' },
      ({ name }) =>
        `The files of Otto and its service belong to ${name}:${name}, so systemd would refuse to start Hermes.`,
    ),
    proof: { test: 'tasks/deploy-user.test.ts' },
  },
  'deploy-user-password-empty': {
    severity: 'broken',
    reason: wording({ name: '‹user›' }, ({ name }) => `Anybody can become ${name} without typing anything.`),
    proof: { test: 'tasks/deploy-user.test.ts' },
  },
  'deploy-user-shell': {
    severity: 'risk',
    reason: wording(
      { name: '‹user›' },
      ({ name }) => `su - ${name}, which the runbook uses for repairs by hand, ends at once with that shell.`,
    ),
    proof: { test: 'tasks/deploy-user.test.ts' },
  },
  'deploy-user-home-elsewhere': {
    severity: 'blocked',
    reason: wording(
      { place: '/home/‹user›' },
      ({ place }) =>
        `All steps, and the service that they make, have Hermes and the sign-in at Claude in ${place}. Answer with another user name, or move the home.`,
    ),
    impact: 'Hermes and the sign-in at Claude will not be found where they are looked for.',
    proof: { test: 'tasks/deploy-user.test.ts' },
  },
  'deploy-user-home-missing': {
    severity: 'missing',
    reason: 'Hermes and the sign-in at Claude live in it.',
    proof: { test: 'tasks/deploy-user.test.ts' },
  },
  'deploy-user-home-owner': {
    severity: 'broken',
    reason: wording(
      { name: '‹user›' },
      ({ name }) => `${name} cannot write in its own home, so neither Hermes nor the sign-in at Claude can.`,
    ),
    proof: { test: 'tasks/deploy-user.test.ts' },
  },
  ...family(['deploy-user-in-', POWERFUL_GROUPS, ''], () => ({
    severity: 'risk',
    reason: wording({ name: '‹user›' }, ({ name }) => mayTakeOver(name)),
    proof: { test: 'tasks/deploy-user.test.ts' },
  })),
  'deploy-user-may-sudo': {
    severity: 'risk',
    reason: wording(
      { name: '‹user›' },
      ({ name }) =>
        `${mayTakeOver(name)} grep -r ${name} /etc/sudoers.d shows the file; visudo -f changes it safely.`,
    ),
    proof: { test: 'tasks/deploy-user.test.ts' },
  },
  'data-below-open-folder': BELOW_OPEN_FOLDER,
  'opt-missing': {
    severity: 'missing',
    reason: 'The data of Open WebUI and Paperclip lives in it.',
    proof: { test: 'tasks/deploy-user.test.ts' },
  },
  'opt-not-a-folder': {
    severity: 'blocked',
    reason: 'The data of Open WebUI and Paperclip has to live in a folder of that name. Move the file away.',
    proof: { test: 'tasks/deploy-user.test.ts' },
  },
  'opt-writable-by-others': {
    severity: 'broken',
    reason:
      'The containers write below it as root. Who may write in this folder can put a link in the place of theirs, and so have them write anywhere.',
    proof: { fault: 'machine-opt-of-user' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
