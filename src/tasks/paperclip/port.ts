import { PORTS } from '../../answers/layout.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import type { PaperclipFacts } from './judge.ts';

/** Somebody else listens where Paperclip is to be reached. */
export const portTaken = ({ holder }: PaperclipFacts): Finding => ({
  code: 'paperclip-port-taken',
  severity: 'blocked',
  saw: `Port ${PORTS.paperclip} is taken by ${holder ?? 'another program'}, which is not Paperclip.`,
  because: `Paperclip is reached at 127.0.0.1:${PORTS.paperclip}. Free the port, or go on without Paperclip: Otto itself does not need it.`,
  fixes: [],
  ifSkipped: 'There is no Paperclip on this machine.',
});
