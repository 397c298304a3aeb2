import { declareFindings, type FoundOf, wording } from '../finding.ts';

const FIRST_COMES_FIRST =
  'The first account becomes the administrator, and every user of this machine can reach what a container serves, published or not. So Open WebUI starts without a network at first, root makes the account from inside, and only then it is started where others reach it.';

/** How far making the first account is. */
type Claiming = 'none' | 'cut-off' | 'done';

/** What can be wrong with the accounts of Open WebUI. */
export const FINDINGS = declareFindings('first-admin', {
  'administrator-missing': {
    severity: 'broken',
    reason:
      'Nobody can add people, reset a password or change a setting any more, and no new first account becomes administrator: that happens only while there is none at all. It is mended in the database, after a backup.',
    impact: 'Nobody administers Open WebUI.',
    proof: { fault: 'open-webui-no-administrator' },
  },
  'accounts-differ-in-case': {
    severity: 'risk',
    reason:
      'Open WebUI from 0.11 on refuses that: its next update would end in the middle, with a database that neither the new nor the old release can use. Only the one in small letters can sign in. One of the two gets another address, and keeps all its chats.',
    impact: 'The next update of Open WebUI fails and leaves its database half way.',
    proof: { fault: 'open-webui-accounts-alike' },
  },
  'no-administrator': {
    severity: 'missing',
    reason: wording({ so: 'none' as Claiming }, ({ so }) => {
      if (so === 'none') return FIRST_COMES_FIRST;
      return so === 'done'
        ? 'It has no network and serves nobody. Two containers must not use one database at the same time.'
        : `It has no network, so nobody else has reached it meanwhile. ${FIRST_COMES_FIRST}`;
    }),
    impact: wording({ so: 'none' as Claiming }, ({ so }) =>
      so === 'none'
        ? 'Open WebUI is not started: the first person to reach it would become its administrator.'
        : 'Open WebUI is not started.',
    ),
    proof: { test: 'tasks/first-admin.test.ts' },
  },
  'open-webui-unclaimed': {
    severity: 'broken',
    reason:
      'The first person who signs up becomes its administrator, and through it gets at the terminal behind it; where nginx leads to it that may be anybody. It loses its network at once, gets its administrator from inside, and comes back after that.',
    impact: 'The first person to reach it becomes its administrator, whoever that is.',
    proof: { test: 'tasks/first-admin.test.ts' },
  },
  'accounts-not-known': {
    severity: 'broken',
    reason:
      'Started with a database that nobody can read, it might take the next person for its first, who becomes the administrator. Restore a backup of the database (`otto-install restore`), or move the file away to start with an empty one.',
    impact: 'Open WebUI is not started.',
    proof: { test: 'tasks/first-admin.test.ts' },
  },
  'sign-up-open': {
    severity: 'risk',
    reason:
      'Each account there is, in effect, a terminal of the deploy user. Somebody opened the sign-up again after the first ' +
      'account. By hand: Admin Panel → Settings → General → Enable New Sign Ups.',
    impact: 'Whoever finds the page can make an account.',
    proof: { fault: 'open-webui-sign-up-open' },
  },
  'administrator-not-named': {
    severity: 'risk',
    reason: wording(
      { adopted: false, adminEmail: '‹e-mail address›', one: true },
      ({ adopted, adminEmail, one }) =>
        `${adopted ? 'This Open WebUI was here before otto-install.' : `otto-install made ${adminEmail} the administrator; ${one ? 'this one was' : 'these were'} added since, or renamed.`} An administrator sees and changes everything in Open WebUI, and has the terminal behind it. If you do not know ${one ? 'this one' : 'one of them'}, change the role in Admin Panel → Users, and rotate the key to Hermes.`,
    ),
    proof: { fault: 'open-webui-administrator-added' },
  },
  'administrator-is-a-stranger': {
    severity: 'broken',
    reason:
      'Nobody named this administrator to otto-install, and the one that was named was never made: somebody may have signed up first, on this machine or through the page, and so has everything in Open WebUI and the terminal behind it. If you do not know this address, start again with an empty database, then rotate the key to Hermes (`otto-install rotate-key`): an administrator can read it.',
    impact: 'Whoever that is administers Open WebUI.',
    proof: { test: 'tasks/first-admin.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
