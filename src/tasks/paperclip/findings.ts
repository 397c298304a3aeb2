import { PORTS } from '../../answers/layout.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';
import { WITHOUT_NETWORK } from '../managed-container/without-network.ts';
import { ACCOUNT } from './account.ts';
import { INSIDE } from './managed.ts';

const NO_ANSWER = 'Paperclip does not answer. Otto itself does not need it.';
const OTHERS_COME_FIRST =
  'The first signed-in visitor who claims a Paperclip becomes its administrator, whoever that is.';

/** What can be wrong with Paperclip. */
export const FINDINGS = declareFindings('paperclip', {
  'paperclip-without-network': { ...WITHOUT_NETWORK, proof: { test: 'tasks/paperclip.test.ts' } },
  'paperclip-administrator-not-named': {
    severity: ['broken', 'risk'],
    reason: wording(
      { lost: true },
      ({ lost }) =>
        'An administrator of Paperclip reads all that its agents do and the keys that they have. Whoever reached it before it had one could become one.' +
        (lost ? '' : ' If you do not know who this is, take the role away in the settings of Paperclip.'),
    ),
    impact: 'Somebody who is not known administers Paperclip.',
    proof: { fault: 'paperclip-administrator-not-named' },
  },
  'paperclip-cannot-be-claimed': {
    severity: 'broken',
    reason:
      'Closed before the first account, nobody can ever claim it. It has to be open for that one moment, and is started where nobody else can reach it meanwhile.',
    impact: 'Nobody can sign in to Paperclip.',
    proof: { test: 'tasks/paperclip.test.ts' },
  },
  'paperclip-administrator-missing': {
    severity: 'missing',
    reason: OTHERS_COME_FIRST,
    impact: 'Nobody can use Paperclip: it is published once it has an administrator.',
    proof: { test: 'tasks/paperclip.test.ts' },
  },
  'paperclip-unclaimed': {
    severity: ['broken', 'risk'],
    reason: wording({ ours: true }, ({ ours }) =>
      ours
        ? `${OTHERS_COME_FIRST} So it is stopped and started where nobody else can reach it, and claimed there.`
        : OTHERS_COME_FIRST,
    ),
    impact: 'Whoever claims it first owns it.',
    proof: { fault: 'paperclip-unclaimed-and-open' },
  },
  'paperclip-unpublished': {
    severity: 'missing',
    reason: 'With its administrator there, its sign-up is closed and its port is published on 127.0.0.1.',
    impact: 'Nobody can use Paperclip.',
    proof: { test: 'tasks/paperclip.test.ts' },
  },
  'paperclip-sign-up-open': {
    severity: 'missing',
    reason: 'The sign-up can be closed once the first account exists. Accounts that exist keep working.',
    impact: 'Whoever reaches Paperclip can make an account.',
    proof: { test: 'tasks/paperclip.test.ts' },
  },
  'paperclip-data-of-another-user': {
    severity: 'broken',
    reason: wording(
      { user: '‹user›' },
      ({ user }) =>
        `The image starts as root and goes on as user ${user}; its database neither reads nor starts on files of somebody else, and refuses to run as root. It happens when the folder is copied, restored from a backup or edited as root. A Paperclip that runs fails at the latest when it is started the next time.`,
    ),
    impact: NO_ANSWER,
    proof: { fault: 'paperclip-data-of-root' },
  },
  'paperclip-without-secret': {
    severity: 'broken',
    reason: wording(
      { noSecret: true },
      ({ noSecret }) =>
        `It signs the sessions of everybody who is signed in. Without it Paperclip ends a quarter of a minute after each start, and Docker starts it again, for ever. ${noSecret ? 'A new one does no harm: passwords and stored secrets of agents keep working, only whoever is signed in has to sign in again.' : 'The one that this machine has in its env file is used.'} An environment is read only when a container is made, so this one is made anew over the same data.`,
    ),
    impact: NO_ANSWER,
    proof: { fault: 'paperclip-without-secret' },
  },
  'paperclip-other-port': {
    severity: 'broken',
    reason: `Paperclip listens on ${INSIDE} inside its container, and is looked for on 127.0.0.1:${PORTS.paperclip} of this machine. Ports are fixed when a container is made, so it is made anew over the same data.`,
    impact: NO_ANSWER,
    proof: { fault: 'paperclip-other-port' },
  },
  'paperclip-stale-database-lock': {
    severity: 'broken',
    reason:
      'An earlier container was cut off and left the file postmaster.pid in its data folder. The number in it belongs to another process now, so Paperclip believes that its database runs and never starts it.',
    impact: NO_ANSWER,
    proof: { test: 'tasks/paperclip.test.ts' },
  },
  'paperclip-absent': {
    severity: 'missing',
    reason:
      'It is started where nobody else can reach it, since the first signed-in visitor who claims a Paperclip becomes its administrator. Once it has one it is published, ' +
      'on 127.0.0.1 alone: a port that Docker publishes to all addresses is open to the internet whatever UFW says.',
    impact: 'There is no Paperclip on this machine. Otto itself does not need it.',
    proof: { fault: 'paperclip-removed' },
  },
  'paperclip-restarts': {
    severity: 'broken',
    reason: wording(
      { cause: 'It ends soon after each start; its log says why: `docker logs paperclip`.' },
      ({ cause }) => cause,
    ),
    impact: NO_ANSWER,
    proof: { test: 'tasks/paperclip.test.ts' },
  },
  'paperclip-paused': {
    severity: 'broken',
    reason: 'Somebody has paused it with `docker pause`: it is there, holds its port and answers nobody.',
    impact: NO_ANSWER,
    proof: { test: 'tasks/paperclip.test.ts' },
  },
  'paperclip-never-started': {
    severity: 'broken',
    reason:
      'A `docker run` that fails leaves a container that holds the name. It holds no data: that is outside of it.',
    impact: NO_ANSWER,
    proof: { test: 'tasks/paperclip.test.ts' },
  },
  'paperclip-stopped': {
    severity: 'broken',
    reason: wording({ outOfMemory: true }, ({ outOfMemory }) =>
      outOfMemory
        ? 'The kernel ended it because memory ran out. It needs about 600 MB.'
        : 'Its data is outside of the container, so starting it again loses nothing.',
    ),
    impact: NO_ANSWER,
    proof: { fault: 'paperclip-stopped' },
  },
  'paperclip-starting': {
    severity: 'missing',
    reason: 'Its first start makes a database of its own, which takes about half a minute.',
    impact: 'Paperclip does not answer yet.',
    proof: { test: 'tasks/paperclip.test.ts' },
  },
  'paperclip-unhealthy': {
    severity: 'broken',
    reason: 'Its database runs inside the same container and has ended, while its page still answers.',
    impact: 'Paperclip cannot be used.',
    proof: { fault: 'paperclip-database-dead' },
  },
  'paperclip-open-to-internet': {
    severity: 'risk',
    reason:
      'What Docker publishes does not pass through UFW, so not even `ufw deny` closes it, and what is typed there goes over the internet unencrypted. ' +
      'Published on 127.0.0.1 alone it is reached through an SSH tunnel or nginx. Its data is outside of the container and stays.',
    proof: { fault: 'paperclip-open-to-internet' },
  },
  'paperclip-shares-id': {
    severity: ['broken', 'risk'],
    reason:
      'Whoever has this number can read the secret that signs its sessions (in /proc), the keys of its agents and all of its data, ' +
      'and can change them. Anyone who can chat with Otto can make it run commands as the user that Otto runs as. ' +
      `Paperclip should run as ${ACCOUNT}, an account that nobody can log in as.`,
    impact: "Whoever chats with Otto can read and change Paperclip's data.",
    proof: { fault: 'paperclip-shares-id' },
  },
  'paperclip-account-unfit': {
    severity: 'blocked',
    reason:
      'Paperclip should run as an account that nobody can log in as, with a number that no person has. Rename this one (usermod --login), then look again: the right one is made.',
    impact: 'Paperclip is not set up.',
    proof: { test: 'tasks/paperclip.test.ts' },
  },
  'paperclip-half-moved': {
    severity: 'broken',
    reason:
      'Its container is stopped or has another name, and its data belongs partly to the new user. All of that was noted before, so it can be undone; then it is done again from the start.',
    impact: NO_ANSWER,
    proof: { test: 'tasks/paperclip.test.ts' },
  },
  'paperclip-port-taken': {
    severity: 'blocked',
    reason: `Paperclip is reached at 127.0.0.1:${PORTS.paperclip}. Free the port, or go on without Paperclip: Otto itself does not need it.`,
    impact: 'There is no Paperclip on this machine.',
    proof: { test: 'tasks/paperclip.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
