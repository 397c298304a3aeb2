import { layout, PORTS } from '../answers/layout.ts';
import type { Answers } from '../answers/schema.ts';

/**
 * What an operator must be told once about every account, for the done screen. Hermes says the same in its own log:
 * with the terminal on this machine, anyone who can chat can run commands (facts: hermes 12).
 */
export function terminalNotice(answers: Answers): {
  readonly statement: string;
  readonly limits: readonly string[];
} {
  return {
    statement: `Anyone with an account here can make Otto run commands as ${answers.user}. Give accounts only to people you trust with that.`,
    limits: [
      `${answers.user} has no sudo and is not in the group docker, so these commands do not run as root.`,
      answers.hermesSandbox === 'none'
        ? `Hermes has no sandbox, as you answered: it reaches everything that ${answers.user} reaches.`
        : "Hermes's sandbox confines them further (docs/hermes-sandbox.md); otto-install check reports when it is missing.",
    ],
  };
}

/** A line for the done screen; `command`: it is for copying, so nothing else stands on it and it is never broken. */
interface Note {
  readonly text: string;
  readonly command?: boolean;
}

/** How to reach Paperclip and point its agents at Hermes, for the done screen (facts: paperclip, Hermes as an agent). */
export function paperclipNotes(answers: Answers, bridge: string): readonly Note[] {
  const { hermes } = layout(answers);
  return [
    { text: 'Open a tunnel to it from your own computer:' },
    {
      text: `ssh -L ${PORTS.paperclip}:127.0.0.1:${PORTS.paperclip} root@${answers.domain}`,
      command: true,
    },
    { text: 'Then open this there:' },
    { text: `http://127.0.0.1:${PORTS.paperclip}`, command: true },
    { text: `Sign in as ${answers.adminEmail}, with the same password.` },
    { text: 'To let an agent there use Hermes, choose the adapter hermes_gateway with' },
    { text: `apiBaseUrl  http://${bridge}:${PORTS.hermes}   (without /v1)`, command: true },
    { text: `apiKey      API_SERVER_KEY from ${hermes.envFile}`, command: true },
    {
      text: 'and turn on "Dangerously allow remote HTTP": it stays on this machine, and without it the first run fails. Its own test does not detect a wrong key; a first run does.',
    },
  ];
}
