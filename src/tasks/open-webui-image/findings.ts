import { declareFindings, type FoundOf } from '../finding.ts';

/** What can be wrong with Open WebUI's image. */
export const FINDINGS = declareFindings('open-webui-image', 'tasks/open-webui/open-webui.test.ts', {
  'open-webui-image-missing': {
    severity: 'missing',
    reason: 'Open WebUI runs from it. A later update is a newer image with the same data.',
    impact: 'There is no Open WebUI.',
    proof: { fault: 'open-webui-image-gone' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
