import { type Call, homeOf, NotRehearsed, type TalkingTool, type Tool } from '../machine.ts';

function isSignedIn({ machine, user }: Call): boolean {
  return machine.files.exists(`${homeOf(machine, user)}/.config/gh/hosts.yml`);
}

function signIn({ machine, user }: Call): void {
  const folder = `${homeOf(machine, user)}/.config/gh`;
  machine.files.makeDirectory(`${homeOf(machine, user)}/.config`, { owner: `${user}:${user}` });
  machine.files.makeDirectory(folder, { mode: 0o700, owner: `${user}:${user}` });
  machine.files.put(`${folder}/hosts.yml`, 'github.com:\n    user: otto-engineer\n', {
    mode: 0o600,
    owner: `${user}:${user}`,
  });
}

/** gh, signed in or not. Tokens are accepted unread: a rehearsal is nobody's GitHub. */
export const gh: Tool = async (call) => {
  const { machine, args, user, input } = call;
  await machine.wait(400);
  switch (`${args[0]} ${args[1]}`) {
    case 'auth login':
      if (input.trim() === '') throw new NotRehearsed('gh auth login without a token');
      signIn(call);
      return { exitCode: 0 };
    case 'auth setup-git':
      machine.files.put(
        `${homeOf(machine, user)}/.gitconfig`,
        '[credential "https://github.com"]\n\thelper = !/usr/bin/gh auth git-credential\n',
        { owner: `${user}:${user}` },
      );
      return { exitCode: 0 };
  }
  if (args[0] !== 'api') throw new NotRehearsed(`gh ${args.join(' ')}`);
  if (!isSignedIn(call)) {
    return { exitCode: 4, stderr: 'To get started with GitHub CLI, please run:  gh auth login\n' };
  }
  return {
    exitCode: 0,
    stdout: args[1] === 'user' ? 'otto-engineer\n' : `${args[1]?.replace(/^repos\//, '')}\n`,
  };
};

/** `gh auth login --web`: shows a code; somebody types it at GitHub after a while. */
export const ghLogin: TalkingTool = async (call, { say }) => {
  await call.machine.wait(800);
  say(
    '\n! First copy your one-time code: WDJB-MJHT\nOpen this URL to continue in your web browser: https://github.com/login/device\n',
  );
  // Nobody is at GitHub's page: for a moment the code is shown, then it goes on by itself.
  await call.machine.waitForPerson(4000, call.signal);
  if (call.signal?.aborted) return { exitCode: 143 };
  signIn(call);
  say('✓ Authentication complete.\n✓ Logged in as otto-engineer\n');
  return { exitCode: 0 };
};
