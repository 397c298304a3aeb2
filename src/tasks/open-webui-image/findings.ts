import { declareFindings, type FoundOf, wording } from '../finding.ts';

/** What can be wrong with Open WebUI's image. */
export const FINDINGS = declareFindings('open-webui-image', 'tasks/open-webui/open-webui.test.ts', {
  'open-webui-elsewhere': {
    severity: 'blocked',
    reason: wording({ several: true }, ({ several }) =>
      several
        ? 'Nothing on this machine says which of them is this Otto’s, and a second one beside a working one would be empty: nobody could sign in. Stop those that are not (`docker stop NAME`), and look again: the one that runs is then taken over under its own name.'
        : 'A second one beside a working one would be empty: nobody could sign in. Look again: the one that runs is taken over under its own name. If it is not this Otto’s, stop it first (`docker stop NAME`).',
    ),
    impact: 'Open WebUI is left as it is, and nothing that needs it is done.',
    proof: { test: 'tasks/open-webui/open-webui.test.ts' },
  },
  'open-webui-image-missing': {
    severity: 'missing',
    reason: 'Open WebUI runs from it. A later update is a newer image with the same data.',
    impact: 'There is no Open WebUI.',
    proof: { fault: 'open-webui-image-gone' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
