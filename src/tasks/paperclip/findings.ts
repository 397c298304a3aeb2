import { PORTS } from '../../answers/layout.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';
import { NOT_REACHED } from '../managed-container/publishing.ts';
import { WITHOUT_NETWORK } from '../managed-container/without-network.ts';
import { ACCOUNT } from './account.ts';
import { INSIDE } from './managed.ts';

const NO_ANSWER = 'Paperclip does not answer. Otto itself does not need it.';
const OTHERS_COME_FIRST =
  'The first signed-in visitor who claims a Paperclip becomes its administrator, whoever that is.';

/** What can be wrong with Paperclip. */
export const FINDINGS = declareFindings('paperclip', 'tasks/paperclip/paperclip.test.ts', {
  'paperclip-without-network': WITHOUT_NETWORK,
  'paperclip-administrator-not-named': {
    severity: ['broken', 'risk'],
    reason: wording(
      { lost: true },
      ({ lost }) =>
        'An administrator of Paperclip can read everything that its agents do, and their keys. Anyone who reached it before it had an administrator could become one.' +
        (lost ? '' : " If you do not know who this is, remove the role in Paperclip's settings."),
    ),
    impact: 'An unknown person administers Paperclip.',
    proof: { fault: 'paperclip-administrator-not-named' },
  },
  'paperclip-cannot-be-claimed': {
    severity: 'broken',
    reason:
      'If the sign-up closes before the first account exists, nobody can ever claim Paperclip. The fix opens it for a moment, in a place where nobody else can reach it.',
    impact: 'Nobody can sign in to Paperclip.',
  },
  'paperclip-administrator-missing': {
    severity: 'missing',
    reason: OTHERS_COME_FIRST,
    impact: 'Nobody can use Paperclip until it has an administrator.',
  },
  'paperclip-unclaimed': {
    severity: ['broken', 'risk'],
    reason: wording({ ours: true }, ({ ours }) =>
      ours
        ? `${OTHERS_COME_FIRST} So otto-install restarts it where nobody else can reach it, and claims it there.`
        : OTHERS_COME_FIRST,
    ),
    impact: 'The first person to claim Paperclip owns it.',
    proof: { fault: 'paperclip-unclaimed-and-open' },
  },
  'paperclip-unpublished': {
    severity: 'missing',
    reason:
      'Now that it has its administrator, its sign-up can be closed and its port published on 127.0.0.1.',
    impact: 'Nobody can use Paperclip.',
  },
  'paperclip-sign-up-open': {
    severity: 'missing',
    reason: 'The sign-up can be closed once the first account exists. Accounts that exist keep working.',
    impact: 'Anyone who reaches Paperclip can create an account.',
  },
  'paperclip-data-of-another-user': {
    severity: 'broken',
    reason: wording(
      { user: '‹user›' },
      ({ user }) =>
        `The image starts as root and continues as user ${user}; its database cannot use files of another user, and refuses to run as root. This happens when somebody copies, restores or edits the folder as root. A running Paperclip fails at its next start, if not before.`,
    ),
    impact: NO_ANSWER,
    proof: { fault: 'paperclip-data-of-root' },
  },
  'paperclip-without-secret': {
    severity: 'broken',
    reason: wording(
      { noSecret: true },
      ({ noSecret }) =>
        `It signs the sessions of everyone who is signed in. Without it Paperclip stops about 15 seconds after each start, and Docker restarts it, forever. ${noSecret ? "A new one does no harm: passwords and the agents' stored secrets keep working, but people must sign in again." : 'The secret in the env file on this machine is used.'} Docker reads the environment only when it creates a container, so the container is recreated with the same data.`,
    ),
    impact: NO_ANSWER,
    proof: { fault: 'paperclip-without-secret' },
  },
  'paperclip-other-port': {
    severity: 'broken',
    reason: `Paperclip listens on ${INSIDE} inside its container, and otto-install expects it on 127.0.0.1:${PORTS.paperclip} of this machine. Ports are fixed when a container is created, so it is recreated with the same data.`,
    impact: NO_ANSWER,
    proof: { fault: 'paperclip-other-port' },
  },
  'paperclip-stale-database-lock': {
    severity: 'broken',
    reason:
      'An earlier container was interrupted and left the file postmaster.pid in its data folder. The number in it now belongs to another process, so Paperclip believes that its database is running and never starts it.',
    impact: NO_ANSWER,
  },
  'paperclip-elsewhere': {
    severity: 'risk',
    reason: wording(
      { name: '‹name›' },
      ({ name }) =>
        `It works, and a second one beside it would be empty, so nothing is done. otto-install looks after a container named paperclip only: \`docker rename ${name} paperclip\` hands it over.`,
    ),
  },
  'paperclip-absent': {
    severity: 'missing',
    reason:
      'Paperclip first starts where nobody else can reach it, since the first signed-in visitor who claims it becomes its administrator. Once it has one, it is published ' +
      'on 127.0.0.1 only: a port that Docker publishes on all addresses is open to the internet, whatever UFW says.',
    impact: 'There is no Paperclip on this machine. Otto itself does not need it.',
    proof: { fault: 'paperclip-removed' },
  },
  'paperclip-restarts': {
    severity: 'broken',
    reason: wording(
      { cause: 'It stops soon after each start; its log says why: `docker logs paperclip`.' },
      ({ cause }) => cause,
    ),
    impact: NO_ANSWER,
  },
  'paperclip-paused': {
    severity: 'broken',
    reason: 'Somebody has paused it with `docker pause`: it still holds its port, but answers nobody.',
    impact: NO_ANSWER,
  },
  'paperclip-never-started': {
    severity: 'broken',
    reason:
      "A failed `docker run` leaves a container behind that keeps the name. Paperclip's data is outside the container, so nothing is lost.",
    impact: NO_ANSWER,
  },
  'paperclip-stopped': {
    severity: 'broken',
    reason: wording({ outOfMemory: true }, ({ outOfMemory }) =>
      outOfMemory
        ? 'The kernel killed it because memory ran out. It needs about 600 MB.'
        : 'Its data is outside the container, so starting it again loses nothing.',
    ),
    impact: NO_ANSWER,
    proof: { fault: 'paperclip-stopped' },
  },
  'paperclip-not-reached': NOT_REACHED,
  'paperclip-on-another-port': {
    severity: 'broken',
    reason:
      'Another program in the same container, or on the machine’s own network, had its port when it started; it then takes the next free one, and Docker goes on publishing the usual one. Whatever has the port has to end first: after a restart of the container it is usually gone.',
    impact: NO_ANSWER,
  },
  'paperclip-silent': {
    severity: 'broken',
    reason:
      'It was started long ago but does not answer, neither here nor inside its container. Its log says what it is doing: `docker logs --tail 50 paperclip`.',
    impact: NO_ANSWER,
  },
  'paperclip-starting': {
    severity: 'missing',
    reason: 'On first start it creates its database; that takes about 30 seconds.',
    impact: 'Paperclip does not answer yet.',
  },
  'paperclip-unhealthy': {
    severity: 'broken',
    reason: 'Its database runs inside the same container and has stopped, although its page still answers.',
    impact: 'Paperclip cannot be used.',
    proof: { fault: 'paperclip-database-dead' },
  },
  'paperclip-open-to-internet': {
    severity: 'risk',
    reason:
      "Docker's published ports bypass UFW, so even `ufw deny` does not close this one, and everything typed there travels unencrypted. " +
      'Published on 127.0.0.1 only, it is reached through an SSH tunnel or nginx. Its data is outside the container and stays.',
    proof: { fault: 'paperclip-open-to-internet' },
  },
  'paperclip-shares-id': {
    severity: ['broken', 'risk'],
    reason:
      'Anyone with this number can read the secret that signs its sessions (in /proc), the keys of its agents and all of its data, ' +
      'and can change them. Anyone who can chat with Otto can make it run commands as the user that Otto runs as. ' +
      `Paperclip should run as ${ACCOUNT}, an account that nobody can log in as.`,
    impact: "Anyone who can chat with Otto can read and change Paperclip's data.",
    proof: { fault: 'paperclip-shares-id' },
  },
  'paperclip-account-unfit': {
    severity: 'blocked',
    reason:
      'Paperclip should run as an account that nobody can log in as, with a number that no person has. Rename this one (usermod --login), then look again: otto-install creates the right one.',
    impact: 'Paperclip is not set up.',
  },
  'paperclip-half-moved': {
    severity: 'broken',
    reason:
      'Its container is stopped or has another name, and part of its data belongs to the new user. otto-install recorded every change first, so it can undo all of them and then start over.',
    impact: NO_ANSWER,
  },
  'paperclip-port-taken': {
    severity: 'blocked',
    reason: `Paperclip is reached at 127.0.0.1:${PORTS.paperclip}. Free the port, or continue without Paperclip: Otto itself does not need it.`,
    impact: 'There is no Paperclip on this machine.',
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
