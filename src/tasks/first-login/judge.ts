import type { Answers } from '../../answers/schema.ts';
import type { Finding, Fix } from '../../engine/contracts/task.ts';
import type { FetchResult } from '../../host/host.ts';
import {
  type ChatReply,
  isAnswer,
  type PublicConfig,
  TEST_QUESTION,
} from '../../system/web-apps/open-webui-api.ts';
import { keyFixes } from '../claude/key.ts';
import type { ClaudeFacts } from '../claude/look.ts';
import { signInFixes } from '../claude/sign-in.ts';
import { type ChatContext, explainChatFailure, type Mend } from './chat-failure.ts';
import { isAbout, PROOF_FILE, type Proof } from './proof.ts';

/** A question and what came back. */
export interface Chat {
  readonly through: 'open-webui' | 'hermes';
  readonly reply: ChatReply;
  readonly ms: number;
  /** It was not waited for: Hermes's log tells that it fails, and Hermes goes on trying. */
  readonly fromLog?: boolean;
  /** Only when it is no answer. */
  readonly context?: ChatContext;
}

/** What a visitor meets. */
export interface FirstLoginFacts {
  /** `GET https://<domain>/`, if need be past DNS. */
  readonly page: FetchResult;
  /** The same by name alone. */
  readonly byName: FetchResult;
  /** `/api/config` over https. */
  readonly config: PublicConfig | undefined;
  /** The status of that answer; undefined when none came. */
  readonly configStatus: number | undefined;
  /** How a WebSocket was answered: 101 is right. */
  readonly webSocket: number | undefined;
  /** What was written down about the last chat that went well. */
  readonly proof: Proof | undefined;
  /** Otto answered a moment ago, so it was not asked this time. */
  readonly spared: boolean;
  readonly signedInAs?: string;
  readonly models?: readonly string[];
  readonly chat?: Chat;
  readonly nowMs: number;
}

type FetchFailure = Extract<FetchResult, { ok: false }>;

/** Pure. The first thing that a visitor would stumble over, or the record that nobody does. */
export function judgeFirstLogin(facts: FirstLoginFacts, answers: Answers): readonly Finding[] {
  const { page } = facts;
  if (!page.ok) return [unreachable(page, answers)];
  if (!isOpenWebuiPage(page.body) || facts.config === undefined) return [otherPage(facts, page, answers)];
  if (facts.webSocket !== 101) return [noWebSocket(facts)];
  const notByName = facts.byName.ok ? [] : [onlyPastDns(facts.byName, answers)];
  if (facts.spared) return notByName;
  const { chat, models, config, proof } = facts;
  const listed = chat?.through === 'hermes' || models?.includes(answers.modelName) === true;
  if (chat === undefined || !listed) return [...notByName, modelNotListed(models ?? [], answers)];
  if (!isAnswer(chat.reply)) return [...notByName, noAnswer(chat, answers)];
  return isAbout(proof, answers, config.version)
    ? notByName
    : [...notByName, notRecorded(facts, config, chat, answers)];
}

/** Open WebUI's own page, whatever its title was changed to; 200 alone proves nothing. */
function isOpenWebuiPage(body: string): boolean {
  return /<title>[^<]*Open WebUI|\/_app\/immutable\//.test(body);
}

const REASONS: Readonly<Record<FetchFailure['failure'], string>> = {
  dns: 'The name does not resolve. See the step Domain.',
  refused: 'Nothing listens on port 443. See the steps nginx site and Certificate.',
  timeout: 'There was no answer in time. A firewall may block port 443, or Open WebUI is busy.',
  tls: 'Browsers do not trust the certificate for this name. See the step Certificate.',
  reset: 'The connection was cut off. `journalctl -u nginx -n 30` may say why.',
  other: 'See the steps nginx site and Certificate.',
};

function unreachable(page: FetchFailure, answers: Answers): Finding {
  const nothingYet = `Once https://${answers.domain} answers: sign in, ask one question, read the answer.`;
  return {
    code: 'site-unreachable',
    severity: 'missing',
    saw:
      page.failure === 'refused' ? nothingYet : `https://${answers.domain} does not answer: ${page.detail}`,
    because: `Every visitor sees this. ${REASONS[page.failure]}`,
    fixes: [],
    watch: { everyMs: 3_000, forMs: 30_000 },
    ifSkipped: 'Nobody reaches Otto.',
  };
}

function otherPage(
  facts: FirstLoginFacts,
  page: Extract<FetchResult, { ok: true }>,
  answers: Answers,
): Finding {
  const ownPage = isOpenWebuiPage(page.body);
  const status = ownPage ? facts.configStatus : page.status;
  // The page without its program: no answer at all is one that is slow or just starts, not somebody else.
  const bad = status === undefined || [502, 503, 504].includes(status);
  const path = ownPage ? '/api/config' : '';
  return {
    code: bad ? 'site-without-open-webui' : 'site-is-another-page',
    severity: 'broken',
    saw:
      status === undefined
        ? `https://${answers.domain} shows Open WebUI's page, but the program behind it does not answer.`
        : `https://${answers.domain}${path} answers ${status}, but not as Open WebUI.`,
    because: bad
      ? 'nginx answers, but Open WebUI behind it does not. See the step Open WebUI.'
      : 'Another site of nginx answers for this name, or Open WebUI shows an error. See the step nginx site.',
    fixes: [],
    // Open WebUI may just be coming back from a restart.
    watch: { everyMs: 3_000, forMs: bad ? 120_000 : 30_000 },
    ifSkipped: 'Nobody reaches Otto.',
  };
}

function noWebSocket({ webSocket }: FirstLoginFacts): Finding {
  const answer = webSocket === undefined ? 'nothing' : `status ${webSocket}`;
  return {
    code: 'websocket-blocked',
    severity: 'broken',
    saw: `A WebSocket through nginx gets ${answer}instead of 101.`,
    because:
      webSocket === 403
        ? 'Open WebUI refuses pages from this address: CORS_ALLOW_ORIGIN in its env file names another one. Without a WebSocket the page never shows its sign-in form.'
        : 'Without a WebSocket the page never shows its sign-in form. The site of nginx needs proxy_http_version 1.1 and the headers Upgrade and Connection. See the step nginx site.',
    fixes: [],
    ifSkipped: 'The page stays empty.',
  };
}

function onlyPastDns(byName: FetchFailure, answers: Answers): Finding {
  return {
    code: 'site-not-by-name-from-here',
    severity: 'risk',
    saw: `This machine answers as https://${answers.domain}, but cannot reach itself by that name: ${byName.detail}`,
    because:
      'Some networks do not let a machine reach its own public address. If the page opens on your own computer, everything is fine.',
    fixes: [],
  };
}

function modelNotListed(models: readonly string[], answers: Answers): Finding {
  return {
    code: 'model-not-listed',
    severity: 'broken',
    saw:
      models.length === 0
        ? 'Signed in, Open WebUI lists no model.'
        : `Signed in, Open WebUI lists ${models.join(', ')}, but not ${answers.modelName}.`,
    because:
      models.length === 0
        ? 'Open WebUI does not reach Hermes with the address and key in its database. See the step Way to Hermes.'
        : 'Hermes calls its model by API_SERVER_MODEL_NAME in its .env. See the step Hermes configuration.',
    fixes: [],
    ifSkipped: 'People can sign in, but there is no model to chat with.',
  };
}

const PATIENCE = { everyMs: 30_000, forMs: 120_000 } as const;

function noAnswer(chat: Chat, answers: Answers): Finding {
  const { reply, ms, context } = chat;
  const said = reply.content === '' ? 'nothing' : `"${shorten(reply.content)}"`;
  const seconds = (ms / 1000).toFixed(1);
  const saw =
    chat.fromLog === true
      ? `Asked "${TEST_QUESTION}", Hermes had no answer after ${seconds} s and keeps trying; its log says ${said}.`
      : `Asked "${TEST_QUESTION}", ${chat.through === 'hermes' ? 'Hermes' : 'Otto'} returned ${said} (status ${reply.status}, ${seconds} s).`;
  const { code, because, next, passes, mend } = explainChatFailure(reply, context);
  return {
    code,
    severity: 'broken',
    saw,
    because: `${because} ${next}`,
    fixes: mend === undefined || context === undefined ? [] : fixesFor(mend, context.claude, answers),
    ...(passes === true ? { watch: PATIENCE } : {}),
    ifSkipped: 'The page works, but every message is answered with an error.',
  };
}

function fixesFor(mend: Mend, claude: ClaudeFacts, answers: Answers): readonly Fix[] {
  return mend === 'sign-in' && answers.claude === 'login'
    ? signInFixes(claude, answers)
    : keyFixes(claude, answers);
}

function notRecorded(facts: FirstLoginFacts, config: PublicConfig, chat: Chat, answers: Answers): Finding {
  const proof: Proof = {
    at: new Date(facts.nowMs).toISOString(),
    domain: answers.domain,
    model: answers.modelName,
    version: config.version,
    through: chat.through,
    ...(facts.signedInAs === undefined ? {} : { account: facts.signedInAs }),
    question: TEST_QUESTION,
    answer: shorten(chat.reply.content),
    ms: chat.ms,
  };
  const who =
    facts.signedInAs === undefined
      ? 'otto-install asked Hermes itself'
      : `otto-install signed in as ${facts.signedInAs} and asked`;
  return {
    code: 'chat-not-recorded',
    // The look alone has proved it: everything works, only nobody could tell later when it last did.
    severity: 'risk',
    saw: `${who} "${TEST_QUESTION}": "${proof.answer}" (${(chat.ms / 1000).toFixed(1)} s).`,
    because:
      'The whole chain answers. otto-install records that, so that the next look does not have to ask again.',
    fixes: [
      {
        id: 'record-proof',
        title: 'Record that Otto answers',
        actions: [
          {
            kind: 'write-file',
            path: PROOF_FILE,
            content: `${JSON.stringify(proof, undefined, 2)}\n`,
            mode: 0o644,
            owner: 'root:root',
            purpose: 'Record that Otto answers',
          },
        ],
      },
    ],
  };
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
