/** The device login of github.com (RFC 8628), as `gh auth login --web` uses it. */
import { randomBytes } from 'node:crypto';
import { type Answer, type Exchange, fieldsOf, html, json, send, text } from '../exchange.ts';
import { PORTAL } from '../faults.ts';

/** What POST /login/device/code does. */
export const DEVICE_CODE_PLAYS = ['normal', 'not-found', 'portal', 'disabled', 'server-error'] as const;
export type DeviceCodePlay = (typeof DEVICE_CODE_PLAYS)[number];

/** What a poll, POST /login/oauth/access_token, does; `normal` answers by what the person decided. */
export const POLL_PLAYS = ['normal', 'slow-down', 'server-error', 'portal', 'dropped'] as const;
export type PollPlay = (typeof POLL_PLAYS)[number];

type Decision = 'pending' | 'approved' | 'denied' | 'expired';

/** The device logins that were begun. */
export interface DeviceLogins {
  /** Answers POST /login/device/code. */
  begin(exchange: Exchange, play: DeviceCodePlay): void;
  /** Answers POST /login/oauth/access_token. */
  poll(exchange: Exchange, play: PollPlay): void;
  /** What the person does with the code that they see; throws if no login shows that code. */
  decide(userCode: string, decision: Exclude<Decision, 'pending'>): void;
  /** The codes that wait for a decision, oldest first. */
  waiting(): string[];
}

/** Seconds that a code lives, and between two polls, as GitHub has them. */
const EXPIRES_IN = 900;
const INTERVAL = 5;

/** Starts with no logins; `issueToken` makes the token of an approved one. */
export function createDeviceLogins(issueToken: () => string): DeviceLogins {
  const logins: { deviceCode: string; userCode: string; scope: string; decision: Decision }[] = [];
  return {
    begin: (exchange, play) => {
      const failed = beginFailure(play);
      if (failed) return send(exchange, failed);
      const login = {
        deviceCode: randomBytes(20).toString('hex'),
        userCode: newUserCode(),
        scope: fieldsOf(exchange).scope ?? '',
        decision: 'pending' as const,
      };
      logins.push(login);
      const answer = {
        device_code: login.deviceCode,
        user_code: login.userCode,
        verification_uri: 'https://github.com/login/device',
        expires_in: String(EXPIRES_IN),
        interval: String(INTERVAL),
      };
      send(exchange, inAskedForm(exchange, answer));
    },
    poll: (exchange, play) => {
      if (play === 'dropped') return void exchange.response.destroy();
      const failed = pollFailure(play);
      if (failed) return send(exchange, failed);
      const login = logins.find(({ deviceCode }) => deviceCode === fieldsOf(exchange).device_code);
      const answer = login
        ? pollAnswer(login, issueToken)
        : problem('incorrect_device_code', 'Bad device code.');
      if (login?.decision === 'approved') login.decision = 'expired'; // a device code is good for one token
      send(exchange, inAskedForm(exchange, answer));
    },
    decide: (userCode, decision) => {
      const login = logins.find((one) => one.userCode === userCode && one.decision === 'pending');
      if (!login) throw new Error(`no device login waits with the code ${userCode}`);
      login.decision = decision;
    },
    waiting: () => logins.filter(({ decision }) => decision === 'pending').map(({ userCode }) => userCode),
  };
}

function pollAnswer(
  { decision, scope }: { decision: Decision; scope: string },
  issueToken: () => string,
): Record<string, string> {
  switch (decision) {
    case 'pending':
      return problem('authorization_pending', 'The authorization request is still pending.');
    case 'denied':
      return problem('access_denied', 'The authorization request was denied.');
    case 'expired':
      return problem('expired_token', 'The device_code has expired.');
    case 'approved':
      return { access_token: issueToken(), token_type: 'bearer', scope: scope.replaceAll(' ', ',') };
  }
}

const problem = (error: string, description: string): Record<string, string> => ({
  error,
  error_description: description,
  error_uri: 'https://docs.github.com/developers/apps/authorizing-oauth-apps#error-codes-for-the-device-flow',
});

function beginFailure(play: DeviceCodePlay): Answer | undefined {
  switch (play) {
    case 'not-found':
      return html(404, '<p>Not Found</p>');
    case 'portal':
      return PORTAL;
    case 'disabled':
      return form(problem('device_flow_disabled', 'Device Flow must be explicitly enabled for this App'));
    case 'server-error':
      return html(500, '<p>Unicorn</p>');
    case 'normal':
      return undefined;
  }
}

function pollFailure(play: PollPlay): Answer | undefined {
  switch (play) {
    case 'slow-down':
      return form(problem('slow_down', 'Too many requests have been made in the same timeframe.'));
    case 'server-error':
      return text(500, '');
    case 'portal':
      return PORTAL;
    case 'normal':
    case 'dropped':
      return undefined;
  }
}

/** GitHub answers these two in the form of a query string, unless JSON is asked for. */
function inAskedForm(exchange: Exchange, fields: Record<string, string>): Answer {
  return exchange.headers.accept?.includes('json') ? json(200, fields) : form(fields);
}

function form(fields: Record<string, string>): Answer {
  const body = new URLSearchParams(fields).toString();
  return { status: 200, body, type: 'application/x-www-form-urlencoded; charset=utf-8' };
}

/** Eight letters that cannot be mistaken for one another, as GitHub shows them: `WDJB-MJHT`. */
function newUserCode(): string {
  const letters = 'BCDFGHJKLMNPQRSTVWXZ';
  const pick = () => Array.from(randomBytes(4), (byte) => letters[byte % letters.length]).join('');
  return `${pick()}-${pick()}`;
}
