import { found } from '../../tasks/finding.ts';
import { ofAnotherUser } from '../../tasks/hermes-code/running-elsewhere.ts';
import { hasOtherDatabase } from '../../tasks/open-webui/creation-spec.ts';
import type { RotateFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Pure. Why the key must not be changed now; empty when it may. */
export function refusesRotation({ env, key, container, setBy, elsewhere }: RotateFacts): readonly Finding[] {
  if (elsewhere !== undefined)
    return [
      found(FINDINGS['rotate-key-of-another-user'], {
        evidence: ofAnotherUser(elsewhere),
        values: { home: elsewhere.home },
      }),
    ];
  if (setBy !== undefined)
    return [
      found(FINDINGS['rotate-key-of-unit'], {
        evidence: `${setBy} sets API_SERVER_KEY for Hermes, and its .env does not.`,
        values: { place: setBy },
      }),
    ];
  if (env === undefined || key === undefined)
    return [found(FINDINGS['rotate-no-key'], { evidence: 'Hermes’s .env holds no API_SERVER_KEY.' })];
  if (container === undefined)
    return [found(FINDINGS['rotate-no-container'], { evidence: 'There is no container named open-webui.' })];
  if (hasOtherDatabase(container))
    return [
      found(FINDINGS['rotate-other-database'], {
        evidence:
          'Open WebUI does not keep its settings in webui.db: DATABASE_URL in its environment says where they are.',
      }),
    ];
  return [];
}
