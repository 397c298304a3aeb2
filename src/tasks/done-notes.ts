import { layout, PORTS } from '../answers/layout.ts';
import type { Answers } from '../answers/schema.ts';

/**
 * What an operator must know once about every account, for the done screen. Hermes says the same in its own log: with
 * the terminal on this machine, whoever may chat may run commands (facts: hermes 12).
 */
export function terminalNotice(answers: Answers): {
  readonly statement: string;
  readonly limits: readonly string[];
} {
  return {
    statement: `Anyone with an account here can make Otto run commands as ${answers.user}. Give accounts only to people you trust with that.`,
    limits: [
      'Sign-up is closed: only you add people, in Admin Panel → Users.',
      `${answers.user} has no sudo and is not in the group docker, so these commands do not run as root.`,
      answers.hermesSandbox === 'none'
        ? `Hermes has no sandbox, as you answered: it reaches everything that ${answers.user} reaches.`
        : "Hermes's sandbox confines them further (docs/hermes-sandbox.md); otto-install check reports when it is missing.",
    ],
  };
}

/** How to point Paperclip's agents at Hermes, for the done screen (facts: paperclip, Hermes as an agent). */
export function paperclipNotes(answers: Answers, bridge: string): readonly string[] {
  const { hermes } = layout(answers);
  return [
    `Open it through a tunnel: ssh -L ${PORTS.paperclip}:127.0.0.1:${PORTS.paperclip} root@${answers.domain}, then http://127.0.0.1:${PORTS.paperclip}`,
    `Sign in as ${answers.adminEmail}, with the same password.`,
    'To let an agent there use Hermes, choose the adapter hermes_gateway with',
    `  apiBaseUrl  http://${bridge}:${PORTS.hermes}   (without /v1)`,
    `  apiKey      API_SERVER_KEY from ${hermes.envFile}`,
    '  Dangerously allow remote HTTP: on. It stays on this machine; without it the first run fails.',
    'Its own test does not detect a wrong key; a first run does.',
  ];
}
