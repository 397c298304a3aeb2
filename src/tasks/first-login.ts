import type { Answers } from '../answers.ts';
import type { Secret } from '../engine/secret.ts';
import type { FetchResult, Host } from '../host/host.ts';
import { dotenvValue, parseDotenv } from '../system/dotenv.ts';
import {
  chatBody,
  isAnswer,
  parseChatReply,
  parseModelIds,
  parsePublicConfig,
  parseSessionToken,
  signInBody,
} from '../system/open-webui-api.ts';
import { askForWebSocket, upgradeStatus } from '../system/websocket.ts';
import { type Chat, type FirstLoginFacts, judgeFirstLogin } from './first-login/judge.ts';
import { isFresh, PROOF_FILE, parseProof } from './first-login/proof.ts';
import { layout } from './layout.ts';
import type { OttoTask } from './otto-task.ts';

/** Hermes waits and tries again by itself, up to 41 s in what was seen (facts: claude-cli). */
const CHAT_LIMIT_MS = 150_000;

/** Step 11: what a person would do, from the sign-in form to an answer. */
export const firstLoginTask: OttoTask<FirstLoginFacts> = {
  id: 'first-login',
  title: 'First login',
  step: 'Step 11',
  why:
    'Every part can be well by itself and the whole still be mute: most failures of Claude come back as an ordinary ' +
    'answer with the error as its text. So somebody signs in over https, asks one question and reads what comes back.',
  needs: ['certificate', 'bridge', 'claude'],
  lookTimeoutMs: CHAT_LIMIT_MS + 60_000,
  look,
  judge: judgeFirstLogin,
};

/** How the site is asked: by its name, or, where the name leads nowhere from here, past DNS to this machine. */
interface Way {
  readonly base: string;
  readonly connectTo?: string;
}

async function look(host: Host, answers: Answers): Promise<FirstLoginFacts> {
  const byName: Way = { base: `https://${answers.domain}` };
  const [proofFile, direct] = await Promise.all([host.readFile(PROOF_FILE), fetchPage(host, byName)]);
  const aside: Way = { ...byName, connectTo: '127.0.0.1' };
  const page = direct.ok ? direct : await fetchPage(host, aside);
  const way = direct.ok ? byName : aside;
  const proof = parseProof(proofFile);
  const fresh = isFresh(proof, answers, host.now());
  const [config, webSocket] = page.ok
    ? await Promise.all([fetchConfig(host, way), upgrade(host, way)])
    : [undefined, undefined];
  const facts = { page, byName: direct, config, webSocket, fresh, nowMs: host.now() };
  if (fresh || config === undefined || webSocket !== 101) return facts;
  return { ...facts, ...(await converse(host, answers, way)) };
}

const fetchPage = (host: Host, { base, connectTo }: Way): Promise<FetchResult> =>
  host.fetch(`${base}/`, { timeoutMs: 10_000, ...(connectTo === undefined ? {} : { connectTo }) });

async function fetchConfig(host: Host, { base, connectTo }: Way) {
  const answer = await host.fetch(`${base}/api/config`, connectTo === undefined ? {} : { connectTo });
  return answer.ok ? parsePublicConfig(answer.body) : undefined;
}

/** The status with which nginx and Open WebUI answer a WebSocket; undefined when nothing came back. */
async function upgrade(host: Host, { base, connectTo }: Way): Promise<number | undefined> {
  const known = new AbortController();
  let status: number | undefined;
  await host.exec(askForWebSocket(`${base}/ws/socket.io/?EIO=4&transport=websocket`, base, connectTo), {
    timeoutMs: 8_000,
    signal: known.signal,
    onLine: (line) => {
      status ??= upgradeStatus(line);
      // After a 101 the connection would stay open.
      if (status !== undefined) known.abort();
    },
  });
  return status;
}

/** Signs in and asks; without the administrator's password Hermes is asked directly, with its own key. */
async function converse(
  host: Host,
  answers: Answers,
  way: Way,
): Promise<Pick<FirstLoginFacts, 'models' | 'chat' | 'signedInAs'>> {
  const token = await signIn(host, answers, way);
  if (token === undefined) return { chat: await askHermes(host, answers) };
  const signedInAs = answers.adminEmail;
  const headers = { Authorization: ['Bearer ', token] } as const;
  const connect = way.connectTo === undefined ? {} : { connectTo: way.connectTo };
  const listed = await host.fetch(`${way.base}/api/models`, { headers, timeoutMs: 30_000, ...connect });
  const models = (listed.ok ? parseModelIds(listed.body) : undefined) ?? [];
  if (!models.includes(answers.modelName)) return { signedInAs, models };
  const chat = await ask(host, answers, 'open-webui', `${way.base}/api/chat/completions`, {
    headers,
    ...connect,
  });
  return { signedInAs, models, chat };
}

async function signIn(host: Host, answers: Answers, { base, connectTo }: Way): Promise<Secret | undefined> {
  const answer = await host.fetch(`${base}/api/v1/auths/signin`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: signInBody(answers.adminEmail, answers.adminPassword),
    timeoutMs: 30_000,
    ...(connectTo === undefined ? {} : { connectTo }),
  });
  return answer.ok && answer.status === 200 ? parseSessionToken(answer.body) : undefined;
}

async function askHermes(host: Host, answers: Answers): Promise<Chat> {
  const { hermes } = layout(answers);
  const key = dotenvValue(parseDotenv((await host.readFile(hermes.envFile)) ?? ''), 'API_SERVER_KEY');
  return ask(host, answers, 'hermes', `http://127.0.0.1:${hermes.port}/v1/chat/completions`, {
    headers: { Authorization: ['Bearer ', key ?? answers.apiKey] },
  });
}

async function ask(
  host: Host,
  answers: Answers,
  through: Chat['through'],
  url: string,
  options: {
    readonly headers: Readonly<Record<string, readonly (string | Secret)[]>>;
    readonly connectTo?: string;
  },
): Promise<Chat> {
  const answer = await host.fetch(url, {
    ...options,
    method: 'POST',
    headers: { ...options.headers, 'Content-Type': 'application/json' },
    body: chatBody(answers.modelName),
    timeoutMs: CHAT_LIMIT_MS,
  });
  const ms = answer.durationMs;
  const reply = answer.ok
    ? parseChatReply(answer.status, answer.body)
    : { status: 0, content: answer.detail, finishReason: '', hermesFailed: false };
  if (isAnswer(reply)) return { through, reply, ms };
  const [credentials, reached] = await Promise.all([
    host.stat(layout(answers).claude.credentials),
    /Connection error/i.test(reply.content)
      ? host.fetch('https://api.anthropic.com/', { timeoutMs: 8_000 })
      : undefined,
  ]);
  const reach = reached === undefined ? undefined : reached.ok ? 'reached' : reached.failure;
  return {
    through,
    reply,
    ms,
    context: { ms, user: answers.user, credentialsOwner: credentials?.owner, reach },
  };
}
