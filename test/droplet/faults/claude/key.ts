import type { Fault } from '../fault.ts';
import { ENV_FILE, signIn, switchToKey, writeSignIn } from './account.ts';

/** Faults of an Otto that pays with an API key. */
export const keyFaults: readonly Fault[] = [
  {
    name: 'claude-key-shadowed',
    group: 'claude',
    title: 'A sign-in lies beside the API key: Hermes up to 0.19 sends that and never the key',
    code: 'claude-sign-in-shadows-key',
    touches: ['claude'],
    break: async (context) => {
      await switchToKey(context);
      await writeSignIn(context, await signIn(context));
    },
  },
  {
    name: 'claude-dead-token-first',
    group: 'claude',
    title: 'A dead ANTHROPIC_TOKEN in .env beside a good ANTHROPIC_API_KEY: Hermes sends the token',
    code: 'claude-token-refused-first',
    touches: ['claude', 'hermes.service', 'hermes.env'],
    break: async (context) => {
      await switchToKey(context);
      await context.shell(`echo 'ANTHROPIC_TOKEN=sk-ant-oat01-of-somebody-who-left' >> ${ENV_FILE}`);
      await context.run('systemctl', 'restart', 'hermes-gateway');
    },
    after: async ({ shell, check }) => {
      const line = await shell(`grep ANTHROPIC_TOKEN ${ENV_FILE}`);
      check.that('the line is still there, as a comment', line.startsWith('# ANTHROPIC_TOKEN='), line);
    },
  },
  {
    name: 'claude-key-wrong',
    group: 'claude',
    title: 'The API key in .env is one that Claude does not know: invalid x-api-key',
    code: 'claude-key-refused',
    repair: 'dialogue',
    touches: ['claude', 'hermes.service', 'hermes.env'],
    break: async (context) => {
      await switchToKey(context);
      await context.shell(`sed -i 's/^ANTHROPIC_API_KEY=.*/&-and-more/' ${ENV_FILE}`);
    },
  },
  {
    name: 'claude-key-gone',
    group: 'claude',
    title: 'The line with the API key is gone from .env: No Anthropic credentials found',
    code: 'claude-key-missing',
    repair: 'dialogue',
    touches: ['claude', 'hermes.service', 'hermes.env'],
    break: async (context) => {
      await switchToKey(context);
      await context.shell(`sed -i '/^ANTHROPIC_API_KEY=/d' ${ENV_FILE}`);
    },
  },
];
