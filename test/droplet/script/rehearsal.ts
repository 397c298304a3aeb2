import { fileURLToPath } from 'node:url';
import { AnswersSchema } from '../../../src/answers/schema.ts';
import { chosenFix } from '../../../src/engine/contracts/decision.ts';
import { logLines } from '../../../src/engine/records/log-lines.ts';
import { startOtto } from '../../../src/otto/start.ts';
import { createRehearsal } from '../../../src/rehearsal/index.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { Terminal } from '../terminal.ts';
import { FRESH } from './fresh.ts';

const bundle = fileURLToPath(new URL('../../../dist/otto-install.mjs', import.meta.url));

/** What an ssh login finds in its environment; nothing of whoever runs the tests. */
const LOGIN = { HOME: '/root', LANG: 'C.UTF-8', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
/** Times faster than the real thing. */
const SPEED = { OTTO_REHEARSAL_SPEED: '40' };

/** The bundled wizard on a droplet in memory, in a terminal of 80x24. */
export function rehearsalTerminal(): Terminal {
  return new Terminal([process.execPath, bundle, '--rehearse'], { env: { ...LOGIN, ...SPEED } });
}

/**
 * The log of the same installation on a droplet in memory: what is asked is answered as `freshScript` does. The
 * wizard's own rehearsal keeps its log in memory and takes it along when it ends, so the run is made once more here.
 */
export async function rehearsedLog(): Promise<string> {
  const { host } = createRehearsal({ speed: Number.POSITIVE_INFINITY });
  const answers = AnswersSchema.parse({
    ...FRESH,
    apiKey: 'a-generated-key-of-the-rehearsal',
    adminPassword: 'a-generated-password',
    webuiSecretKey: 'generated-for-looks',
    paperclipSecret: 'generated-for-looks',
  });
  const run = startOtto('install', host, answers, '0.0.0');
  const lines: string[] = [];
  run.subscribe((event) => {
    lines.push(...logLines(event));
    const recommended = event.type === 'question' ? event.finding.fixes[0] : undefined;
    if (event.type === 'question' && recommended !== undefined)
      run.decide({ ...chosenFix(recommended), question: event.question });
    if (event.type === 'dialogue' && event.view.ask !== undefined) {
      const handle = run.vault.put(new Secret('code#state'));
      run.decide({ kind: 'answer', dialogue: event.dialogue, handle });
    }
  });
  await run.result;
  return lines.join('\n');
}
