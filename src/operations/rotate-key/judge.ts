import type { Finding } from '../../engine/contracts/task.ts';
import { hasOtherDatabase } from '../../tasks/open-webui/making.ts';
import type { RotateFacts } from './facts.ts';

/** Pure. Why the key must not be changed now; empty when it may. */
export function refusesRotation({ env, key, container }: RotateFacts): readonly Finding[] {
  const blocked = (code: string, saw: string, because: string): readonly Finding[] => [
    { code, severity: 'blocked', saw, because, fixes: [] },
  ];
  if (env === undefined || key === undefined)
    return blocked(
      'rotate-no-key',
      'Hermes’s .env holds no API_SERVER_KEY.',
      '`otto-install` says what is wrong with Hermes’s settings and mends it; then change the key.',
    );
  if (container === undefined)
    return blocked(
      'rotate-no-container',
      'There is no container named open-webui.',
      'The key has two sides, and one of them is not there. `otto-install` makes it.',
    );
  if (hasOtherDatabase(container))
    return blocked(
      'rotate-other-database',
      'Open WebUI keeps its settings elsewhere than in webui.db: DATABASE_URL in its environment says where.',
      'The key stands in that database too, and it cannot be changed and put back from here. Change it in Admin Panel → Settings → Connections, and in Hermes’s .env, one right after the other.',
    );
  return [];
}
