import { homeOf, NotRehearsed, type TalkingTool, type Tool } from '../machine.ts';

const EIGHT_HOURS = 8 * 3_600_000;
const FOUR_WEEKS = 27 * 24 * 3_600_000;

/** The CLI's release, as npm has it. */
export const CLAUDE_VERSION = '2.1.330';

/** As long as the short ones of the CLI: edge to edge at 80 columns. */
const LINK = `https://claude.ai/oauth/authorize?z-${'rehearsed-'.repeat(4)}xyz`;

export const claude: Tool = ({ args }) => {
  if (args.join(' ') !== '--version') throw new NotRehearsed(`claude ${args.join(' ')}`);
  return { exitCode: 0, stdout: `${CLAUDE_VERSION} (Claude Code)\n` };
};

/** `claude auth login` with piped stdin (facts/claude-cli): a link, then the pasted code; any code#state is accepted. */
export const claudeLogin: TalkingTool = async (call, { say, hear }) => {
  const { machine, user } = call;
  await machine.wait(900);
  say('Opening browser to sign in…\n');
  say(`If the browser didn't open, visit: ${LINK}\n\nPaste code here if prompted > `);
  for (;;) {
    const pasted = (await hear()).trim();
    if (call.signal?.aborted || pasted === '') return { exitCode: 143 };
    if (/^.+#.+$/.test(pasted)) break;
    say(
      "That doesn't look like the full code. Copy all of it, including the # in the middle.\nPaste code here if prompted > ",
    );
  }
  await machine.wait(1200);
  const home = homeOf(machine, user);
  const owner = `${user}:${user}`;
  machine.files.makeDirectory(`${home}/.claude`, { mode: 0o700, owner });
  const claudeAiOauth = {
    accessToken: 'rehearsed-access-token',
    refreshToken: 'rehearsed-refresh-token',
    expiresAt: machine.now() + EIGHT_HOURS,
    refreshTokenExpiresAt: machine.now() + FOUR_WEEKS,
    scopes: ['user:inference', 'user:profile'],
    subscriptionType: 'max',
  };
  machine.files.put(`${home}/.claude/.credentials.json`, JSON.stringify({ claudeAiOauth }), {
    mode: 0o600,
    owner,
  });
  say('Login successful.\n');
  return { exitCode: 0 };
};
