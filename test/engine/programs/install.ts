// A real run on this machine with its state in a folder: one task whose command takes long. For records.test.ts.
// argv: folder, 'interruptible' | 'uninterruptible' | 'crash' | 'long'

import type { AnyTask } from '../../../src/engine/contracts/task.ts';
import { startRun } from '../../../src/engine/run.ts';
import { stopOnSignals } from '../../../src/engine/signals.ts';
import { LocalHost } from '../../../src/host/local.ts';

const [, , folder = '', kind = ''] = process.argv;
const seconds = kind === 'long' ? 60 : 0.7;
const script = `echo begun; sleep ${seconds}; echo finished; sleep 0.7`;
const task: AnyTask<{ unattended: boolean }> = {
  id: 'slow',
  title: 'Slow',
  step: 'Step 1',
  why: 'Because.',
  needs: [],
  look: async () => undefined,
  judge: () => [
    {
      code: 'slow-missing',
      severity: 'missing',
      evidence: 'nothing',
      reason: 'because',
      fixes: [
        {
          id: 'do-it',
          title: 'Do it',
          actions: [
            {
              kind: 'run',
              argv: ['sh', '-c', script],
              purpose: 'Take long',
              timeoutMs: 90_000,
              uninterruptible: kind === 'uninterruptible',
            },
          ],
        },
      ],
    },
  ],
};

const run = startRun({
  tasks: [task],
  host: new LocalHost(),
  answers: { unattended: true },
  mode: 'install',
  version: '1.0.0',
  stateDir: `${folder}/state`,
  logDir: `${folder}/log`,
});
stopOnSignals(run);
run.subscribe((event) => {
  if (event.type !== 'action-output') return;
  console.log(event.line);
  if (kind === 'crash') setImmediate(() => process.exit(3));
});
const { outcome } = await run.result;
console.log(`outcome ${outcome}`);
