import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { FetchResult, Host } from '../../host/host.ts';
import type { SecretText } from '../../secret/secret.ts';
import { settingIn } from '../../system/formats/env-file.ts';
import { type ChatReply, chatBody, isAnswer, parseChatReply } from '../../system/web-apps/open-webui-api.ts';
import { lookAtClaude } from '../claude/look.ts';
import { lookAtHermesEnvironment, placeOf } from '../hermes-environment.ts';
import type { ChatContext } from './chat-failure.ts';
import { hearFailure } from './hermes-log.ts';
import type { Chat } from './judge.ts';

/** Hermes waits and tries again by itself, up to 41 s in what was seen (facts: claude-cli). */
export const CHAT_LIMIT_MS = 150_000;

/**
 * Asks the test question and waits for the answer, or for what Hermes writes into its log when it does not get one:
 * that is there long before Hermes gives up. What helps to explain a failure is looked at only then.
 */
export async function ask(
  host: Host,
  answers: Answers,
  through: Chat['through'],
  url: string,
  options: { readonly headers: Readonly<Record<string, SecretText>>; readonly connectTo?: string },
): Promise<Chat> {
  const over = new AbortController();
  const since = host.now();
  const asked = host.fetch(url, {
    ...options,
    method: 'POST',
    headers: { ...options.headers, 'Content-Type': 'application/json' },
    body: chatBody(answers.modelName),
    timeoutMs: CHAT_LIMIT_MS,
    signal: over.signal,
  });
  const [reply, fromLog] = await Promise.race([
    asked.then((answer) => [replyOf(answer), false] as const),
    hearFailure(host, answers, over.signal).then((failure) => [failed(failure), true] as const),
  ]);
  over.abort();
  const ms = host.now() - since;
  if (isAnswer(reply)) return { through, reply, ms };
  const unconnected = /Connection error/i.test(reply.content);
  const [claude, reached, proxy] = await Promise.all([
    lookAtClaude(host, answers),
    unconnected ? host.fetch('https://api.anthropic.com/', { timeoutMs: 8_000 }) : undefined,
    unconnected ? lookForProxy(host, answers) : undefined,
  ]);
  const reach = reached === undefined ? undefined : reached.ok ? 'reached' : reached.failure;
  return { through, reply, ms, fromLog, context: { ms, user: answers.user, claude, reach, proxy } };
}

/** What Hermes's HTTP client takes for the way to Claude. */
const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];

/** A proxy that is set for Hermes alone: this machine's own way to Claude says nothing about it. */
async function lookForProxy(host: Host, answers: Answers): Promise<ChatContext['proxy']> {
  const environment = await lookAtHermesEnvironment(host, answers);
  const name = PROXIES.find((one) => settingIn(environment.effective, one) !== '');
  if (name === undefined) return undefined;
  return { name, where: placeOf(name, environment, layout(answers).hermes.envFile) };
}

function replyOf(answer: FetchResult): ChatReply {
  return answer.ok
    ? parseChatReply(answer.status, answer.body)
    : { status: 0, content: answer.detail, finishReason: '', hermesFailed: false };
}

/** The answer that Hermes will give when it gives up (facts: claude-cli). */
const failed = (content: string): ChatReply => ({
  status: 200,
  content,
  finishReason: 'error',
  hermesFailed: true,
});
