import type { Answers } from '../../answers/schema.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { found } from '../finding.ts';
import { changeSettings, type SettingChange } from '../open-webui/settings.ts';
import type { StoredWay } from './connection.ts';
import type { BridgeFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Below this a page is only slow. */
const HANGS_MS = 2_500;

/**
 * Pure. Other connections that do not answer: Open WebUI asks all of them for their models and waits for the slowest, so Otto hangs
 * although nothing is wrong with it.
 */
export function silentOthers(
  { container }: BridgeFacts,
  way: StoredWay,
  answers: Answers,
): readonly Finding[] {
  const openai = way.connections.filter(({ silentMs = 0 }) => silentMs > HANGS_MS);
  const ollama = (way.ollama ?? []).filter(({ silentMs }) => silentMs > HANGS_MS);
  const urls = [...openai, ...ollama].map(({ url }) => url);
  if (urls.length === 0) return [];
  const changes: readonly SettingChange[] = [
    ...openai.map(({ index }) => ({
      path: ['openai', 'api_configs'],
      index: String(index),
      value: { enable: false },
    })),
    ...(ollama.length > 0 && ollama.length === way.ollama?.length
      ? [{ path: ['ollama', 'enable'], index: null, value: false }]
      : []),
  ];
  const stored = way.persistent && (way.layout === 'key-value' || way.layout === 'single-row');
  const all = changes.length > 0 && (ollama.length === 0 || ollama.length === way.ollama?.length);
  const fixes: readonly Fix[] =
    stored && all
      ? [
          {
            id: 'switch-off',
            title: `Switch off ${urls.join(' and ')} in Open WebUI`,
            consequence: `Open WebUI no longer asks ${urls.join(' and ')}, until somebody switches that on again (Admin Panel → Settings → Connections); address and key stay.${way.layout === 'single-row' ? ' Open WebUI is unavailable for about 30 seconds.' : ''}`,
            actions: changeSettings(
              changes,
              way.layout === 'single-row' ? 'single-row' : 'key-value',
              container?.image ?? answers.openWebuiImage,
              answers,
            ),
          },
        ]
      : [];
  return [
    found(FINDINGS['other-connection-silent'], {
      evidence: `Inside the container ${urls.join(' and ')} ${urls.length === 1 ? 'does' : 'do'} not answer; Open WebUI waits up to 10 s for ${urls.length === 1 ? 'it' : 'them'} whenever the models are listed.`,
      fixes,
    }),
  ];
}
