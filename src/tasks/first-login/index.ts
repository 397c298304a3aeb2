import { wasGenerated } from '../../answers/generated-secrets.ts';
import { keptPassword } from '../../answers/kept.ts';
import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { FetchResult, Host } from '../../host/host.ts';
import type { Secret } from '../../secret/secret.ts';
import { secretIn, settingIn } from '../../system/formats/env-file.ts';
import { askForWebSocket, upgradeStatus } from '../../system/network/websocket.ts';
import {
  isAnswer,
  parseModelIds,
  parsePublicConfig,
  parseSessionToken,
  signInBody,
} from '../../system/web-apps/open-webui-api.ts';
import { lookAtContainer } from '../containers.ts';
import { lookAtHermesEnvironment } from '../hermes-environment.ts';
import { lookAtSite } from '../nginx-site/look.ts';
import type { OttoTask } from '../otto-task.ts';
import { ask, CHAT_LIMIT_MS } from './ask.ts';
import type { Finding } from './findings.ts';
import { type Chat, type FirstLoginFacts, judgeFirstLogin } from './judge.ts';
import { isAbout, isRecent, PROOF_FILE, parseProof } from './proof.ts';
import { countFailures, isSpared, isSparing, rememberAnswer } from './sparing.ts';
import { witnessOf } from './witness.ts';

/** Step 11: what a person would do, from the sign-in form to an answer. */
export const firstLoginTask: OttoTask<FirstLoginFacts, Finding> = {
  id: 'first-login',
  title: 'First login',
  step: 'Step 11',
  why:
    'Every part can work by itself and Otto still not answer: most failures of Claude come back as an ordinary ' +
    'answer with the error as its text. So otto-install signs in over https, asks one question and reads the answer.',
  needs: ['certificate', 'open-site', 'bridge', 'claude'],
  lookTimeoutMs: CHAT_LIMIT_MS + 60_000,
  look,
  judge: judgeFirstLogin,
  witness: witnessOf,
};

/** How the site is asked: by its name, or, where the name leads nowhere from here, past DNS to this machine. */
interface Way {
  readonly base: string;
  readonly connectTo?: string;
}

type Talk = Pick<FirstLoginFacts, 'models' | 'chat' | 'signedInAs'>;
const NO_TALK: Talk = {};

/** Everything runs side by side; the one question, which takes longest, is asked as soon as there is a page. */
async function look(host: Host, answers: Answers): Promise<FirstLoginFacts> {
  const byName: Way = { base: `https://${answers.domain}` };
  const aside: Way = { ...byName, connectTo: '127.0.0.1' };
  const asked = fetchPage(host, aside);
  const [direct, proof, failures] = await Promise.all([
    fetchPage(host, byName),
    host.readFile(PROOF_FILE).then(parseProof),
    failedCalls(host, answers),
  ]);
  const outside = direct.ok ? direct : await asked;
  const past = await pastAccessRules(host, answers, outside);
  const page = past === undefined ? outside : await fetchPage(host, past);
  const way = past ?? (direct.ok ? byName : aside);
  const now = host.now();
  const just = isAbout(proof, answers, undefined) && isRecent(proof, now);
  const spared = just || isSpared(answers, now, failures);
  const nothing = { config: undefined, configStatus: undefined, webSocket: undefined };
  if (!page.ok) return { page, byName: direct, ...nothing, proof, spared, nowMs: now };
  const [config, webSocket, talk] = await Promise.all([
    fetchConfig(host, way),
    upgrade(host, way),
    spared ? NO_TALK : converse(host, answers, way),
  ]);
  if (talk.chat !== undefined && isAnswer(talk.chat.reply)) rememberAnswer(answers, now, failures);
  const origins = webSocket === 403 ? await allowedOrigins(host, answers) : undefined;
  return { page, byName: direct, ...config, webSocket, origins, proof, spared, nowMs: now, ...talk };
}

/** A cause is named only when it was read. */
async function allowedOrigins(host: Host, answers: Answers): Promise<string | undefined> {
  const container = await lookAtContainer(host, layout(answers).openWebui.container).catch(() => undefined);
  return settingIn(container?.env ?? {}, 'CORS_ALLOW_ORIGIN') || undefined;
}

/** Where nginx lets in only some, and not this machine: what is behind it can be asked all the same. */
async function pastAccessRules(host: Host, answers: Answers, page: FetchResult): Promise<Way | undefined> {
  if (!page.ok || page.status !== 403) return undefined;
  const { servers } = await lookAtSite(host, answers);
  const narrowed = servers.some(({ proxy }) => (proxy?.access ?? []).length > 0);
  return narrowed ? { base: `http://127.0.0.1:${layout(answers).openWebui.port}` } : undefined;
}

/** How many failed calls Hermes has written down; not looked at where it makes no difference. */
async function failedCalls(host: Host, answers: Answers): Promise<number> {
  if (!isSparing(answers)) return 0;
  const log = await host.readFile(`${layout(answers).hermes.home}/logs/errors.log`).catch(() => undefined);
  return countFailures(log);
}

const fetchPage = (host: Host, { base, connectTo }: Way): Promise<FetchResult> =>
  host.fetch(`${base}/`, { timeoutMs: 10_000, connectTo });

async function fetchConfig(
  host: Host,
  { base, connectTo }: Way,
): Promise<Pick<FirstLoginFacts, 'config' | 'configStatus'>> {
  const answer = await host.fetch(`${base}/api/config`, connectTo === undefined ? {} : { connectTo });
  return answer.ok
    ? { config: parsePublicConfig(answer.body), configStatus: answer.status }
    : { config: undefined, configStatus: undefined };
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
async function converse(host: Host, answers: Answers, way: Way): Promise<Talk> {
  const token = await signIn(host, answers, way);
  if (token === undefined) return { chat: await askHermes(host, answers) };
  const signedInAs = answers.adminEmail;
  const headers = { Authorization: ['Bearer ', token] } as const;
  const connect = way.connectTo === undefined ? {} : { connectTo: way.connectTo };
  // A model that is not listed is refused without asking anybody, so both at once costs nothing.
  const [listed, chat] = await Promise.all([
    host.fetch(`${way.base}/api/models`, { headers, timeoutMs: 30_000, ...connect }),
    ask(host, answers, 'open-webui', `${way.base}/api/chat/completions`, { headers, ...connect }),
  ]);
  const models = (listed.ok ? parseModelIds(listed.body) : undefined) ?? [];
  return { signedInAs, models, chat };
}

/** The session of the administrator; undefined when the password is not known, or not right. */
async function signIn(host: Host, answers: Answers, { base, connectTo }: Way): Promise<Secret | undefined> {
  if (!(await isPasswordReal(host, answers))) return undefined;
  const answer = await host.fetch(`${base}/api/v1/auths/signin`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: signInBody(answers.adminEmail, answers.adminPassword),
    timeoutMs: 30_000,
    connectTo,
  });
  return answer.ok && answer.status === 200 ? parseSessionToken(answer.body) : undefined;
}

/** A generated password counts once an account has it; then it is kept in a file. */
async function isPasswordReal(host: Host, { adminPassword }: Answers): Promise<boolean> {
  if (!wasGenerated(adminPassword)) return true;
  return (await keptPassword(host))?.reveal() === adminPassword.reveal();
}

async function askHermes(host: Host, answers: Answers): Promise<Chat> {
  const { hermes } = layout(answers);
  const { effective } = await lookAtHermesEnvironment(host, answers);
  const key = secretIn(effective, 'API_SERVER_KEY');
  return ask(host, answers, 'hermes', `http://127.0.0.1:${hermes.port}/v1/chat/completions`, {
    headers: { Authorization: ['Bearer ', key ?? answers.apiKey] },
  });
}
