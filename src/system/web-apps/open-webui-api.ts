import { Secret, type SecretText } from '../../secret/secret.ts';
import { list, object, parseJson, text } from '../formats/json.ts';
import { type CurlRequest, secretJson } from '../network/curl.ts';

/** What Open WebUI says about itself to everybody (`GET /api/config`). */
export interface PublicConfig {
  readonly version: string;
  /** No account exists yet: whoever signs up first becomes the administrator. */
  readonly onboarding: boolean;
  /** Whether everybody may make an account. */
  readonly signUpOpen: boolean;
  /** Whether there is a sign-in form with e-mail and password. */
  readonly loginForm: boolean;
  /** False: nobody is asked who they are (WEBUI_AUTH=False). */
  readonly auth?: boolean;
  /** Services through which people sign in: 'google'; and 'ldap'. */
  readonly otherWays?: readonly string[];
}

/**
 * Reads `/api/config`; undefined for anything else, for Open WebUI answers unknown paths with its page and 200
 * (facts: open-webui A5). `onboarding` is only there while it is true in releases before 0.12.
 */
export function parsePublicConfig(body: string): PublicConfig | undefined {
  const found = object(parseJson(body));
  if (found.status !== true || text(found.version) === '') return undefined;
  const features = object(found.features);
  const ways = [
    ...Object.keys(object(object(found.oauth).providers)),
    ...(features.enable_ldap === true ? ['ldap'] : []),
  ];
  return {
    version: text(found.version),
    onboarding: found.onboarding === true,
    signUpOpen: features.enable_signup === true,
    loginForm: features.enable_login_form !== false,
    ...(features.auth === false ? { auth: false } : {}),
    ...(ways.length > 0 ? { otherWays: ways } : {}),
  };
}

/** Makes the first account, which becomes administrator and closes the sign-up (facts: open-webui A1). */
export function signUp(
  base: string,
  account: { readonly name: string; readonly email: string; readonly password: Secret },
): CurlRequest {
  const { name, email, password } = account;
  // bcrypt and the first write of the database take a moment on a small machine.
  return {
    url: `${base}/api/v1/auths/signup`,
    json: secretJson({ name, email, password }),
    timeoutSeconds: 60,
  };
}

/** The body of `POST /api/v1/auths/signin`. */
export function signInBody(email: string, password: Secret): SecretText {
  return secretJson({ email, password });
}

/** The session token in the answer to a sign-in; undefined when there is none (MFA asks for a second step). */
export function parseSessionToken(body: string): Secret | undefined {
  const token = text(object(parseJson(body)).token);
  return token === '' ? undefined : new Secret(token);
}

/** The ids in a list of models, Open WebUI's or Hermes's; undefined when it is not one. */
export function parseModelIds(body: string): readonly string[] | undefined {
  const found = object(parseJson(body));
  if (!Array.isArray(found.data)) return undefined;
  return list(found.data).map((model) => text(object(model).id));
}

/** The one question that is asked of a new Otto. */
export const TEST_QUESTION = 'Are you there? Answer in one short sentence.';

/** The body of a chat completion that is not streamed: only then failures can be told from answers (facts: hermes 4.2). */
export function chatBody(model: string): string {
  return JSON.stringify({
    model,
    stream: false,
    messages: [{ role: 'user', content: TEST_QUESTION }],
  });
}

/** What came back from a chat completion, as far as it matters for 'did it answer'. */
export interface ChatReply {
  readonly status: number;
  /** What stands where the answer belongs, or the error's message. */
  readonly content: string;
  readonly finishReason: string;
  /** Hermes's own word that this is a failure and not an answer. */
  readonly hermesFailed: boolean;
}

/** Reads the answer to a chat completion of Open WebUI or Hermes. An error's message may stand in any of four places. */
export function parseChatReply(status: number, body: string): ChatReply {
  const found = object(parseJson(body));
  const choice = object(list(found.choices)[0]);
  const error = object(found.error);
  const elsewhere = text(error.message) || text(found.detail) || text(found.error);
  // A completion without text stays without: it is a blank answer, and no answer.
  const otherwise = choice.message === undefined ? elsewhere || body.slice(0, 300) : elsewhere;
  return {
    status,
    content: (text(object(choice.message).content) || otherwise).trim(),
    finishReason: text(choice.finish_reason),
    hermesFailed: object(found.hermes).failed === true,
  };
}

/** Whether it is an answer. **A 200 with text in it proves nothing**: most failures look like that (facts: claude-cli). */
export function isAnswer(reply: ChatReply): boolean {
  return (
    reply.status === 200 &&
    !reply.hermesFailed &&
    /^(stop|length)$/.test(reply.finishReason) &&
    reply.content !== ''
  );
}
