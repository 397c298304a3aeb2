import { declareFindings, type FoundOf } from '../finding.ts';

/** What can keep visitors from Open WebUI although all on the way is in its place. */
export const FINDINGS = declareFindings('open-site', 'tasks/open-site.test.ts', {
  'nginx-site-closed': {
    severity: 'missing',
    cuts: 'to-open-webui',
    reason:
      'A new site answers 503 to everybody, so that nobody reaches an Open WebUI that has no administrator: the first to sign up would own it. Now it has one.',
    impact: 'Visitors are told to come back later.',
  },
  'nginx-upstream-down': {
    severity: 'broken',
    cuts: 'to-open-webui',
    reason: 'Open WebUI is restarting, or listens on another port than the site uses.',
    impact: 'Visitors see an error page.',
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
