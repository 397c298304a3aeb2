import type { Fault, FaultContext } from '../fault.ts';
import { CREDENTIALS, over, switchToSignIn, writeSignIn } from './account.ts';

/** A fault of the file with the sign-in, on an Otto that is signed in. */
const withSignIn = (
  fault: Pick<Fault, 'name' | 'title' | 'code' | 'repair' | 'after'> & {
    /** Breaks it once somebody is signed in. */
    readonly damage: (context: FaultContext) => Promise<unknown>;
  },
): Fault => {
  const { damage, ...rest } = fault;
  return {
    ...rest,
    group: 'claude',
    // Hermes is restarted, and has to answer then.
    touches: ['claude', 'hermes.service'],
    break: async (context) => {
      await switchToSignIn(context);
      await damage(context);
    },
  };
};

/** The Claude CLI empties the tokens of a sign-in that Claude refuses to renew. */
async function haveThemBlanked(context: FaultContext): Promise<void> {
  await writeSignIn(context, over(await switchToSignIn(context)));
  await context.internet.claude.revokeAll();
  const ask = 'runuser -u cleo -- env HOME=/home/cleo timeout 20 claude -p ping >/dev/null 2>&1 || true';
  await context.shell(`cd /; ${ask}; grep -q '"accessToken":""' ${CREDENTIALS}`);
}

export const signInFaults: readonly Fault[] = [
  withSignIn({
    name: 'claude-file-missing',
    title: 'The credentials file is gone (`claude auth logout`)',
    code: 'claude-not-signed-in',
    repair: 'dialogue',
    damage: ({ run }) => run('rm', CREDENTIALS),
  }),
  withSignIn({
    name: 'claude-file-of-root',
    title: 'The credentials file belongs to root: somebody signed in, or edited it, as root',
    code: 'claude-credentials-not-usable-by-user',
    damage: ({ run }) => run('chown', 'root:root', CREDENTIALS),
  }),
  withSignIn({
    name: 'claude-folder-of-root',
    title: '~/.claude belongs to root and nobody else can enter it',
    code: 'claude-credentials-not-usable-by-user',
    damage: ({ run }) => run('chown', '-R', 'root:root', '/home/cleo/.claude'),
  }),
  withSignIn({
    name: 'claude-folder-not-writable',
    title: 'The deploy user can read the sign-in and cannot write it back: the next renewal is lost',
    code: 'claude-credentials-not-usable-by-user',
    damage: ({ shell }) => shell('chown root:root /home/cleo/.claude; chmod 0755 /home/cleo/.claude'),
  }),
  withSignIn({
    name: 'claude-file-open-to-all',
    title: 'Everybody on the machine can read the tokens (chmod 644)',
    code: 'claude-credentials-readable-by-others',
    damage: ({ run }) => run('chmod', '0644', CREDENTIALS),
  }),
  withSignIn({
    name: 'claude-file-damaged',
    title: 'The credentials file is cut off in the middle',
    code: 'claude-credentials-damaged',
    repair: 'dialogue',
    damage: ({ run }) => run('truncate', '-s', '100', CREDENTIALS),
  }),
  withSignIn({
    name: 'claude-file-blanked',
    title: 'The Claude CLI emptied the tokens: Claude refused to renew them',
    code: 'claude-sign-in-used-up',
    repair: 'dialogue',
    damage: haveThemBlanked,
  }),
  withSignIn({
    name: 'claude-expired-no-refresh',
    title: 'The sign-in is over, and there is no token to renew it with',
    code: 'claude-sign-in-expired',
    repair: 'dialogue',
    damage: async (context) => {
      const { refreshToken: _, ...rest } = over(await switchToSignIn(context));
      await writeSignIn(context, rest);
    },
  }),
  withSignIn({
    name: 'claude-file-other-scope',
    title: 'Signed in to the console only: without the scope user:inference',
    code: 'claude-sign-in-without-inference',
    repair: 'dialogue',
    damage: async (context) =>
      writeSignIn(context, {
        ...(await switchToSignIn(context)),
        scopes: ['org:create_api_key', 'user:profile'],
      }),
  }),
  withSignIn({
    name: 'claude-held-twice',
    title: 'The credentials file was copied to root as well',
    code: 'claude-sign-in-held-twice',
    damage: ({ shell }) => shell(`install -d -m 0700 /root/.claude; cp ${CREDENTIALS} /root/.claude/`),
    after: async ({ shell }) => {
      await shell('rm -rf /root/.claude');
    },
  }),
  withSignIn({
    name: 'claude-cli-removed',
    title: 'The Claude CLI is gone: nobody could sign in again',
    code: 'claude-cli-missing',
    damage: ({ run }) => run('rm', '-rf', '/usr/local/bin/claude', '/opt/cleo/claude-cli'),
  }),
];
