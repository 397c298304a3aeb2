import { declareFindings, type FoundOf, wording } from '../finding.ts';

const FIRST_COMES_FIRST =
  "The first account becomes the administrator, and every user of this machine can reach a container's ports, published or not. So Open WebUI first starts without a network, root creates the account from inside, and only then is it started where others can reach it.";

/** How far the creation of the first account has come. */
type Claiming = 'none' | 'cut-off' | 'done';

/** What can be wrong with the accounts of Open WebUI. */
export const FINDINGS = declareFindings('first-admin', 'tasks/first-admin/first-admin.test.ts', {
  'administrator-missing': {
    severity: 'broken',
    alone: true,
    reason:
      'Nobody can add people, reset a password or change a setting, and a new account does not become administrator: that happens only while there is no account at all. The fix changes the database, after a backup.',
    impact: 'Nobody administers Open WebUI.',
    proof: { fault: 'open-webui-no-administrator' },
  },
  'accounts-differ-in-case': {
    severity: 'risk',
    reason:
      'Open WebUI from 0.11 on refuses that: its next update would stop half way, with a database that neither the new nor the old release can use. Only the account in lower case can sign in. One of the two gets another address and keeps all its chats.',
    impact: 'The next update of Open WebUI fails and leaves its database half migrated.',
    proof: { fault: 'open-webui-accounts-alike' },
  },
  'no-administrator': {
    severity: 'missing',
    reason: wording({ so: 'none' as Claiming }, ({ so }) => {
      if (so === 'none') return FIRST_COMES_FIRST;
      return so === 'done'
        ? 'It has no network and serves nobody. Two containers must not use the same database at the same time.'
        : `It has no network, so nobody else could reach it in the meantime. ${FIRST_COMES_FIRST}`;
    }),
    impact: wording({ so: 'none' as Claiming }, ({ so }) =>
      so === 'none'
        ? 'Open WebUI has not been started: the first person to reach it would become its administrator.'
        : 'Open WebUI is unavailable.',
    ),
  },
  'open-webui-unclaimed': {
    severity: 'broken',
    reason:
      'The first person who signs up becomes its administrator and can use the terminal behind it; if nginx publishes it, that may be anyone. The fix disconnects Open WebUI from the network at once, creates its administrator from inside, and then starts it again.',
    impact: 'The first person to reach it becomes its administrator, whoever that is.',
  },
  'accounts-not-known': {
    severity: 'broken',
    reason:
      'With an unreadable database, Open WebUI might treat the next person as its first and make them administrator. Restore a backup of the database (`otto-install restore`), or move the file away to start with an empty one.',
    impact: 'Open WebUI is unavailable.',
  },
  'sign-up-open': {
    severity: 'risk',
    reason:
      'Each account there is in effect a terminal as the deploy user. Somebody opened the sign-up again after the first ' +
      'account. By hand: Admin Panel → Settings → General → Enable New Sign Ups.',
    impact: 'Anyone who finds the page can create an account.',
    proof: { fault: 'open-webui-sign-up-open' },
  },
  'sign-in-switched-off': {
    severity: 'broken',
    reason:
      'WEBUI_AUTH=False in the environment of its container: whoever opens the page is the account admin@localhost, an administrator with a terminal on this machine. Where other accounts exist already, newer releases let nobody in at all. It counts only in the environment, so its container is made again.',
    impact: 'Everyone on the internet administers Open WebUI, or nobody can sign in.',
    proof: { fault: 'open-webui-without-sign-in' },
  },
  'sign-in-by-header': {
    severity: 'broken',
    alone: true,
    reason:
      'That is meant for a proxy in front that asks who somebody is, sets the header, and takes away one that a visitor sends. Nothing here does: nginx passes on what visitors send, and every user of this machine reaches the port itself. So anyone can be anyone, also the administrator.',
    impact: 'Anyone can sign in as anyone.',
    proof: { fault: 'open-webui-sign-in-by-header' },
  },
  'accounts-by-other-services': {
    severity: ['broken', 'risk'],
    alone: true,
    reason:
      'Each account there is in effect a terminal as the deploy user. With ENABLE_OAUTH_SIGNUP everybody who has an account at that service gets one here, whatever "Enable New Sign Ups" says. Let new accounts wait for an administrator (Admin Panel → Settings → General → Default User Role: pending), or name whose addresses may (OAUTH_ALLOWED_DOMAINS).',
    impact: 'People whom nobody admitted can use the terminal behind Open WebUI.',
    proof: { fault: 'open-webui-oauth-sign-up' },
  },
  'users-see-no-model': {
    severity: 'risk',
    reason: wording(
      { model: '‹model›' },
      ({ model }) =>
        `A model of a connection belongs to the administrators until it is shared. Either share it (Admin Panel → Settings → Models → ${model} → Visibility: Public), or set BYPASS_MODEL_ACCESS_CONTROL=True, as otto-install does for its own: then every account sees every model.`,
    ),
    impact: 'Accounts that are no administrators can sign in and find nothing to chat with.',
    proof: { fault: 'open-webui-users-see-no-model' },
  },
  'administrator-not-named': {
    severity: 'risk',
    reason: wording(
      { adopted: false, adminEmail: '‹e-mail address›', one: true },
      ({ adopted, adminEmail, one }) =>
        `${adopted ? 'This Open WebUI was here before otto-install.' : `otto-install made ${adminEmail} the administrator; ${one ? 'this one was' : 'these were'} added since, or renamed.`} An administrator can see and change everything in Open WebUI, and use the terminal behind it. If you do not know ${one ? 'this one' : 'one of them'}, change the role in Admin Panel → Users, then rotate the key to Hermes.`,
    ),
    proof: { fault: 'open-webui-administrator-added' },
  },
  'administrator-is-a-stranger': {
    severity: 'broken',
    reason:
      'Nobody named this administrator to otto-install, and the one that was named was never created. Somebody may have signed up first, on this machine or through the page, and now controls Open WebUI and the terminal behind it. If you do not know this address, start again with an empty database, then rotate the key to Hermes (`otto-install rotate-key`): an administrator can read it.',
    impact: 'This person administers Open WebUI.',
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
