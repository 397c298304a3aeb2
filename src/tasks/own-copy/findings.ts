import { declareFindings, type FoundOf, wording } from '../finding.ts';

/** What can be wrong with the otto-install that stays on the server. */
export const FINDINGS = declareFindings('own-copy', 'tasks/own-copy.test.ts', {
  'own-copy-missing': {
    severity: ['missing', 'risk'],
    reason:
      'Without it `otto-install` is an unknown command on this server, and nobody can check or repair this Otto while the npm registry or the network cannot be reached.',
  },
  'own-copy-outdated': {
    severity: 'risk',
    reason:
      'The command `otto-install` starts what is kept on this server. The version before this one is kept beside it.',
  },
  'own-copy-damaged': {
    severity: 'broken',
    reason: wording({ itself: false }, ({ itself }) =>
      itself
        ? 'It cannot repair itself. Start a new one: the .run file, or `cd / && npx -y otto-install`.'
        : 'The command `otto-install` may fail at any moment: a disk that was full or has errors, or a person, has changed its files.',
    ),
  },
  'own-copy-newer-here': {
    severity: 'risk',
    reason:
      'An older otto-install may not know what a newer one has done here, and leaves its copy alone. Type `otto-install` to start the newer one.',
  },
  'own-copy-name-taken': {
    severity: 'risk',
    reason:
      'otto-install does not replace it, since somebody may need it. Rename or remove it (`npm uninstall -g otto-install`, if npm installed it), then look again.',
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
