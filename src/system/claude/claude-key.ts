import type { Dialogue } from '../../engine/contracts/dialogue.ts';
import { DialogueCancelled } from '../../engine/contracts/dialogue.ts';
import type { Argv } from '../../host/host.ts';
import { Secret, type SecretText } from '../../secret/secret.ts';
import { lastLine, readDialogue } from '../dialogue-reader.ts';

/** How long sed may take for a small file. */
const WITHIN_MS = 10_000;

/**
 * Changes an env file by a script on stdin, so that the key is in no argument; the file as it was stays beside it as
 * '.before-new-key', with its mode.
 */
export const putKeyArgv = (envFile: string): Argv => [
  'sed',
  '--in-place=.before-new-key',
  '--file=-',
  envFile,
];

/** Asks for an API key of Anthropic and puts it into the env file that `putKeyArgv` names. */
export const claudeKey: Dialogue = async (conversation, ui, problem) => {
  const key = await askForKey();
  conversation.write(script(key));
  conversation.end();
  const reader = readDialogue(conversation);
  await reader.until(() => undefined, { withinMs: WITHIN_MS, signal: ui.signal });
  const { exitCode } = await conversation.result;
  if (exitCode === 0) return { ok: true };
  return {
    ok: false,
    reason: `The key could not be written: ${lastLine(reader.said())}`,
    next: 'Look at the owner and the mode of that file, then try again.',
  };

  async function askForKey(): Promise<Secret> {
    let complaint = problem;
    for (;;) {
      const typed = await ui
        .ask({
          title: 'An API key for Claude',
          lines: [
            'Create a key at console.anthropic.com → API keys, with the account that should pay for the answers.',
            'It starts with sk-ant-api and is shown only once. Paste it here.',
          ],
          ask: { label: 'API key', masked: true },
          problem: complaint,
        })
        .catch((error: unknown) => {
          if (error instanceof DialogueCancelled) conversation.kill();
          throw error;
        });
      const text = typed.reveal().trim();
      complaint = keyProblem(text);
      if (complaint === undefined) return new Secret(text);
    }
  }
};

/** What is wrong with a pasted key; undefined when it has the form of one. */
export function keyProblem(key: string): string | undefined {
  if (key.startsWith('sk-ant-oat') || key.startsWith('sk-ant-ort'))
    return 'That is a sign-in token, not an API key. A key starts with sk-ant-api.';
  return /^sk-ant-[\w-]{10,}$/.test(key)
    ? undefined
    : 'A key of the Anthropic API starts with sk-ant- and has no spaces in it.';
}

/** Takes every old assignment out and puts the new one at the end. The key has no character that sed takes for its own. */
const script = (key: Secret): SecretText => [
  '$a\\\nANTHROPIC_API_KEY=',
  key,
  '\n/^[[:space:]]*\\(export[[:space:]]\\+\\)\\?ANTHROPIC_API_KEY[[:space:]]*=/d\n',
];
