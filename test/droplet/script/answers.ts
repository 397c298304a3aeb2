import { VALID_API_KEY } from '../internet/claude/claude.ts';
import { GITHUB_TOKENS } from '../internet/github/accounts.ts';
import { FRESH } from './fresh.ts';
import type { Secret } from './secrets.ts';

/** What an administrator of these answers signs in with. */
export const PASSWORD = 'correct-horse-battery-9';

/** An answers file with everything that an installation without anybody there needs. */
export const ANSWERS = `
domain: ${FRESH.domain}
email: ${FRESH.email}
adminEmail: ${FRESH.adminEmail}
adminPassword: ${PASSWORD}
claude: api-key
anthropicApiKey: ${VALID_API_KEY}
github: token
githubToken: ${GITHUB_TOKENS.classic}
`;

/** What of it nobody else may see, and the hosts that may. */
export const ANSWERED_SECRETS: readonly Secret[] = [
  { name: 'the password', value: PASSWORD, hosts: [] },
  { name: 'the key of Anthropic’s API', value: VALID_API_KEY, hosts: ['api.anthropic.com'] },
  { name: 'GitHub’s token', value: GITHUB_TOKENS.classic, hosts: ['github.com', 'api.github.com'] },
];
