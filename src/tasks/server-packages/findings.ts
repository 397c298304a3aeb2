import { APT_BUSY, DPKG_INTERRUPTED } from '../apt-state.ts';
import { declareFindings, type FoundOf } from '../finding.ts';

/** What can be wrong with the packages that bring visitors to Otto. */
export const FINDINGS = declareFindings('server-packages', 'tasks/server-packages/packages.test.ts', {
  'server-packages-apt-busy': APT_BUSY,
  'server-packages-dpkg-interrupted': {
    ...DPKG_INTERRUPTED,
  },
  'server-packages-missing': {
    severity: 'missing',
    reason:
      'nginx takes the visitors of Open WebUI, certbot gets the certificate for https, and ufw closes what nobody outside should reach.',
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
