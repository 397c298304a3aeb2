import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { ManagedContainer } from '../managed-container/managed.ts';

export const paperclipBase = `http://127.0.0.1:${PORTS.paperclip}`;

/** The port inside the official image. */
export const INSIDE = 3100;

/** Paperclip's container. */
export function managedPaperclip(answers: Answers): ManagedContainer {
  const { container, data, envFile, port } = layout(answers).paperclip;
  return {
    id: 'paperclip',
    title: 'Paperclip',
    name: container,
    image: answers.paperclipImage,
    port: { host: port, inside: INSIDE },
    data: { folder: data, inside: '/paperclip' },
    envFile,
    stopSeconds: 30,
    proof: { url: `${paperclipBase}/api/health`, expected: '"status":"ok"', patienceSeconds: 120 },
  };
}
