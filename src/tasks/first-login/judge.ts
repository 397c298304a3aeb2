import type { Answers } from '../../answers/schema.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import type { Fix } from '../../engine/contracts/task.ts';
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
import { found } from '../finding.ts';
import { type ChatContext, chatValues, explainChatFailure, type Remedy } from './chat-failure.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { isAbout, PROOF_FILE, type Proof } from './proof.ts';

/** A question and what came back. */
export interface Chat {
  readonly through: 'open-webui' | 'hermes';
  readonly reply: ChatReply;
  readonly ms: number;
  /** Nobody waited for it: Hermes's log says that it fails, and Hermes keeps trying. */
  readonly fromLog?: boolean;
  /** Only when it is not an answer. */
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
  /** CORS_ALLOW_ORIGIN of Open WebUI's container; only read where a WebSocket is refused. */
  readonly origins?: string | undefined;
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
  if (facts.webSocket !== 101) return [noWebSocket(facts, answers)];
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
export function isOpenWebuiPage(body: string): boolean {
  return /<title>[^<]*Open WebUI|\/_app\/immutable\//.test(body);
}

function unreachable(page: FetchFailure, answers: Answers): Finding {
  const nothingYet = `Once https://${answers.domain} answers: sign in, ask one question, read the answer.`;
  return found(FINDINGS['site-unreachable'], {
    evidence:
      page.failure === 'refused' ? nothingYet : `https://${answers.domain} does not answer: ${page.detail}`,
    values: { failure: page.failure },
    watch: { everyMs: 3_000, forMs: 30_000 },
  });
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
  return found(FINDINGS[bad ? 'site-without-open-webui' : 'site-is-another-page'], {
    evidence:
      status === undefined
        ? `https://${answers.domain} shows Open WebUI's page, but the program behind it does not answer.`
        : `https://${answers.domain}${path} answers ${status}, but not as Open WebUI.`,
    // Open WebUI may just be coming back from a restart.
    watch: { everyMs: 3_000, forMs: bad ? 120_000 : 30_000 },
  });
}

function noWebSocket({ webSocket, origins }: FirstLoginFacts, { domain }: Answers): Finding {
  const answer = webSocket === undefined ? 'nothing' : `status ${webSocket}`;
  const allowed = (origins ?? '*').split(';').map((one) => one.trim());
  const others = allowed.includes('*') || allowed.includes(`https://${domain}`) ? undefined : origins;
  return found(FINDINGS['websocket-blocked'], {
    evidence: `A WebSocket through nginx gets ${answer} instead of 101.`,
    values: { refused: webSocket === 403, origins: others },
  });
}

function onlyPastDns(byName: FetchFailure, answers: Answers): Finding {
  return found(FINDINGS['site-not-by-name-from-here'], {
    evidence: `This machine answers as https://${answers.domain}, but cannot reach itself by that name: ${byName.detail}`,
  });
}

function modelNotListed(models: readonly string[], answers: Answers): Finding {
  return found(FINDINGS['model-not-listed'], {
    evidence:
      models.length === 0
        ? 'Signed in, Open WebUI lists no model.'
        : `Signed in, Open WebUI lists ${models.join(', ')}, but not ${answers.modelName}.`,
    values: { none: models.length === 0 },
  });
}

const PATIENCE = { everyMs: 30_000, forMs: 120_000 } as const;

function noAnswer(chat: Chat, answers: Answers): Finding {
  const { reply, ms, context } = chat;
  const said = reply.content === '' ? 'nothing' : `"${shorten(reply.content)}"`;
  const seconds = (ms / 1000).toFixed(1);
  const evidence =
    chat.fromLog === true
      ? `Asked "${TEST_QUESTION}", Hermes had no answer after ${seconds} s and keeps trying; its log says ${said}.`
      : `Asked "${TEST_QUESTION}", ${chat.through === 'hermes' ? 'Hermes' : 'Otto'} returned ${said} (status ${reply.status}, ${seconds} s).`;
  const { kind, passes, remedy } = explainChatFailure(reply, context);
  return found(kind, {
    evidence,
    values: chatValues(reply, context),
    fixes: remedy === undefined || context === undefined ? [] : fixesFor(remedy, context.claude, answers),
    ...(passes === true ? { watch: PATIENCE } : {}),
  });
}

function fixesFor(remedy: Remedy, claude: ClaudeFacts, answers: Answers): readonly Fix[] {
  return remedy === 'sign-in' && answers.claude === 'login'
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
    account: facts.signedInAs,
    question: TEST_QUESTION,
    answer: shorten(chat.reply.content),
    ms: chat.ms,
  };
  const who =
    facts.signedInAs === undefined
      ? 'otto-install asked Hermes itself'
      : `otto-install signed in as ${facts.signedInAs} and asked`;
  return found(FINDINGS['chat-not-recorded'], {
    // The look alone has proved it: everything works, only nobody could tell later when it last did.
    evidence: `${who} "${TEST_QUESTION}": "${proof.answer}" (${(chat.ms / 1000).toFixed(1)} s).`,
    fixes: [
      {
        id: 'record-proof',
        title: 'Record that Otto answers',
        actions: [
          writeFile(
            PROOF_FILE,
            `${JSON.stringify(proof, undefined, 2)}\n`,
            0o644,
            'Record that Otto answers',
          ),
        ],
      },
    ],
  });
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
