import { declareFindings, type FoundOf, wording } from '../../tasks/finding.ts';

/** Why the key must not be changed now. */
export const FINDINGS = declareFindings('rotate-key', 'operations/rotate-key.test.ts', {
  'rotate-no-key': {
    severity: 'blocked',
    reason: 'Run `otto-install` to see what is wrong with Hermes’s settings and fix it; then change the key.',
  },
  'rotate-key-of-another-user': {
    severity: 'blocked',
    reason: wording(
      { home: '/root/.hermes' },
      ({ home }) =>
        `otto-install changes the key of the deploy user’s Hermes, and there is none. Change API_SERVER_KEY in ${home}/.env and the key in Admin Panel → Settings → Connections, then \`systemctl restart hermes-gateway\`.`,
    ),
    proof: { test: 'operations/another-user.test.ts' },
  },
  'rotate-key-of-unit': {
    severity: 'blocked',
    reason: wording(
      { place: '/etc/hermes.env' },
      ({ place }) =>
        `Somebody keeps the key from the agent, which reads its .env: a new one in .env would give that up. Change it in ${place} and in Admin Panel → Settings → Connections, then \`systemctl restart hermes-gateway\`.`,
    ),
  },
  'rotate-no-container': {
    severity: 'blocked',
    reason: 'Both sides need the key, and one of them is missing. Run `otto-install` to recreate it.',
  },
  'rotate-other-database': {
    severity: 'blocked',
    reason:
      'That database holds the key too, and otto-install cannot change it there or undo that. Change it in Admin Panel → Settings → Connections, and in Hermes’s .env, one right after the other.',
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
