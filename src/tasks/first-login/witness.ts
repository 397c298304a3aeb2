import type { Answers } from '../../answers/schema.ts';
import type { Witness } from '../../engine/contracts/task.ts';
import { isAnswer } from '../../system/web-apps/open-webui-api.ts';
import type { Link } from '../line.ts';
import { type FirstLoginFacts, isOpenWebuiPage } from './judge.ts';

/** What a visitor has just met, by the name and with a certificate that is trusted. */
const SITE: readonly Link[] = ['to-nginx', 'nginx', 'to-open-webui', 'open-webui'];
const BEHIND_HERMES: readonly Link[] = ['hermes', 'to-claude', 'claude'];

/** Pure. Which stations of the line a question has passed: nobody can call those absent. */
export function witnessOf(facts: FirstLoginFacts, { domain }: Pick<Answers, 'domain'>): Witness | undefined {
  const { byName, config, webSocket, chat } = facts;
  const site =
    byName.ok &&
    byName.status === 200 &&
    isOpenWebuiPage(byName.body) &&
    config !== undefined &&
    webSocket === 101;
  const answered = chat !== undefined && isAnswer(chat.reply);
  // Asked at Hermes itself, it says nothing of Open WebUI's way there.
  const through = answered && chat.through === 'open-webui';
  if (!site && !answered) return undefined;
  return {
    stations: [
      ...(site ? SITE : []),
      ...(through ? (['to-hermes'] as const) : []),
      ...(answered ? BEHIND_HERMES : []),
    ],
    evidence: evidenceOf(domain, { site, answered, through }),
  };
}

function evidenceOf(
  domain: string,
  {
    site,
    answered,
    through,
  }: { readonly site: boolean; readonly answered: boolean; readonly through: boolean },
): string {
  if (through) return `All the same, a question through https://${domain} was just answered.`;
  const shows = `https://${domain} shows Open WebUI`;
  if (!answered) return `All the same, ${shows}.`;
  return `All the same, Hermes has just answered a question${site ? `, and ${shows}` : ''}.`;
}
