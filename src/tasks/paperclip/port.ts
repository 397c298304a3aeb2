import { PORTS } from '../../answers/layout.ts';
import { found } from '../finding.ts';
import { freePort, leftPortWords } from '../managed-container/left-port.ts';
import type { PaperclipFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Somebody else listens where Paperclip is to be reached. */
export const portTaken = ({ holder, leftPort }: PaperclipFacts): Finding =>
  found(
    FINDINGS['paperclip-port-taken'],
    leftPort === undefined
      ? {
          evidence: `Port ${PORTS.paperclip} is taken by ${holder ?? 'another program'}, which is not Paperclip.`,
        }
      : { evidence: leftPortWords(PORTS.paperclip), fixes: [freePort(leftPort)] },
  );
