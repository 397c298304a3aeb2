/** The stand-in of GitHub: github.com's device login and git, and api.github.com. */
import { type Handler, html, send } from '../exchange.ts';
import { createAccounts } from './accounts.ts';
import { type ApiPlay, createApi } from './api.ts';
import { createDeviceLogins, type DeviceCodePlay, type PollPlay } from './device.ts';
import { createGit, type GitRepository } from './git.ts';

/** What scenarios may tell the GitHub stand-in to do. */
export interface GithubControl {
  /** What the person does at github.com/login/device with the code that gh showed. */
  approve(userCode: string): Promise<void>;
  deny(userCode: string): Promise<void>;
  expire(userCode: string): Promise<void>;
  /** Codes that wait for the person, oldest first. */
  waitingCodes(): Promise<string[]>;
  /** What api.github.com does from now on. */
  play(name: ApiPlay): Promise<void>;
  /** What beginning a device login does from now on. */
  playDeviceCode(name: DeviceCodePlay): Promise<void>;
  /** What polling a device login does from now on. */
  playPoll(name: PollPlay): Promise<void>;
  /** Makes every token worthless. */
  revokeAll(): Promise<void>;
  /** Makes the repository's main point at a tag or commit ("v0.13.0"). */
  setMain(revision: string): Promise<void>;
}

/** The handlers of the GitHub stand-in's two hosts, and its control. */
export interface Github {
  readonly site: Handler;
  readonly api: Handler;
  readonly control: GithubControl;
}

/** Makes the stand-in; `repository` is undefined where nothing can be cloned, `gitRoot` is the folder above its owner's. */
export function createGithub(gitRoot: string, repository: GitRepository | undefined): Github {
  const accounts = createAccounts();
  const logins = createDeviceLogins(() => accounts.issue());
  const git = createGit(accounts, gitRoot);
  const plays: { api: ApiPlay; code: DeviceCodePlay; poll: PollPlay } = {
    api: 'normal',
    code: 'normal',
    poll: 'normal',
  };
  const site: Handler = (exchange) => {
    const { method, url } = exchange;
    const route = `${method} ${url.pathname}`;
    if (route === 'POST /login/device/code') return logins.begin(exchange, plays.code);
    if (route === 'POST /login/oauth/access_token') return logins.poll(exchange, plays.poll);
    if (route === 'GET /login/device') return send(exchange, html(200, '<p>Enter the code</p>'));
    if (/\/(info\/refs|git-upload-pack|git-receive-pack)$/.test(url.pathname)) return git(exchange);
    if (route === 'GET /' || route === 'HEAD /') return send(exchange, html(200, '<p>GitHub</p>'));
    send(exchange, html(404, '<p>Not Found</p>'));
  };
  return {
    site,
    api: createApi(accounts, () => plays.api),
    control: {
      approve: async (userCode) => logins.decide(userCode, 'approved'),
      deny: async (userCode) => logins.decide(userCode, 'denied'),
      expire: async (userCode) => logins.decide(userCode, 'expired'),
      waitingCodes: async () => logins.waiting(),
      play: async (name) => {
        plays.api = name;
      },
      playDeviceCode: async (name) => {
        plays.code = name;
      },
      playPoll: async (name) => {
        plays.poll = name;
      },
      revokeAll: async () => accounts.revokeAll(),
      setMain: async (revision) => {
        if (!repository) throw new Error('there is no repository in this small internet');
        await repository.setMain(revision);
      },
    },
  };
}
