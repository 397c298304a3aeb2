import { VALID_API_KEY } from '../../internet/claude/claude.ts';
import { GITHUB_TOKENS } from '../../internet/github/accounts.ts';
import type { Droplet } from '../../machine/droplet.ts';
import type { Secret } from '../../script/secrets.ts';

/** What a secret is for; where it may be depends on that. */
export type SecretKind =
  | 'api-key'
  | 'session-key'
  | 'password'
  | 'passphrase'
  | 'claude'
  | 'github'
  | 'paperclip';

/** A secret that was used in the course of a run. */
export interface UsedSecret extends Secret {
  readonly kind: SecretKind;
  /** A terminal shows it on purpose, and nothing else does: a password that was made up for the operator. */
  readonly shown?: true;
}

/** Something that was shown, printed or kept somewhere. */
export interface Shown {
  readonly where: string;
  readonly text: string;
  readonly terminal?: true;
}

/** Where an Otto keeps its secrets: a file, what finds one in it, whose it is. */
const PLACES: readonly (readonly [path: string, pattern: RegExp, kind: SecretKind, name: string])[] = [
  ['/home/cleo/.hermes/.env', /^(?:export )?API_SERVER_KEY=["']?([^"'\s]+)/m, 'api-key', 'the API key'],
  ['/opt/cleo/open-webui.env', /^WEBUI_SECRET_KEY=(\S+)/m, 'session-key', 'the key of Open WebUI’s sessions'],
  ['/opt/cleo/paperclip.env', /^BETTER_AUTH_SECRET=(\S+)/m, 'paperclip', 'Paperclip’s secret'],
  ['/home/cleo/.config/gh/hosts.yml', /oauth_token: (\S+)/, 'github', 'GitHub’s token'],
];

const HOSTS: Readonly<Partial<Record<SecretKind, readonly string[]>>> = {
  claude: ['api.anthropic.com', 'platform.claude.com', 'console.anthropic.com', 'claude.ai'],
  github: ['github.com', 'api.github.com'],
};

/** Every secret that a run used, and everything that must not show one. */
export class SecretsBook {
  private readonly known = new Map<string, UsedSecret>();
  private readonly texts: Shown[] = [];

  constructor() {
    this.add('claude', 'the key of Anthropic’s API', VALID_API_KEY);
    this.add('github', 'the token that was given', GITHUB_TOKENS.classic);
  }

  get secrets(): readonly UsedSecret[] {
    return [...this.known.values()];
  }

  get shown(): readonly Shown[] {
    return this.texts;
  }

  /** Adds one; returns its value. Each value has the name that it had first. */
  add(kind: SecretKind, name: string, value: string, how: Pick<UsedSecret, 'shown'> = {}): string {
    if (value.length < 8) throw new Error(`${name} is too short to be looked for`);
    if (!this.known.has(value))
      this.known.set(value, { kind, name, value, hosts: HOSTS[kind] ?? [], ...how });
    return value;
  }

  /** Adds those that an Otto holds now: after a rotation the old key is still one that must not be found. */
  async learn(droplet: Droplet): Promise<void> {
    for (const [path, pattern, kind, name] of PLACES) {
      const { stdout } = await droplet.exec(['cat', path]);
      const value = pattern.exec(stdout)?.[1];
      if (value !== undefined) this.add(kind, `${name} (${this.known.size + 1})`, value);
    }
  }

  /** Notes what was shown, printed or kept. */
  note(shown: Shown): void {
    this.texts.push(shown);
  }
}
