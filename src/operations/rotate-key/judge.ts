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
      'Run `otto-install` to see what is wrong with Hermes’s settings and fix it; then change the key.',
    );
  if (container === undefined)
    return blocked(
      'rotate-no-container',
      'There is no container named open-webui.',
      'Both sides need the key, and one of them is missing. Run `otto-install` to recreate it.',
    );
  if (hasOtherDatabase(container))
    return blocked(
      'rotate-other-database',
      'Open WebUI does not keep its settings in webui.db: DATABASE_URL in its environment says where they are.',
      'That database holds the key too, and otto-install cannot change it there or undo that. Change it in Admin Panel → Settings → Connections, and in Hermes’s .env, one right after the other.',
    );
  return [];
}
