import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { ManagedContainer } from '../managed-container/managed.ts';
import { DATA_INSIDE, INSIDE } from './creation-spec.ts';

/** Seconds: a start without a migration takes half a minute at most, on a small machine a few minutes. */
const PATIENCE_SECONDS = 300;

/** Open WebUI's container, as the runbook wants it (step 8). */
export function managedOpenWebui(answers: Answers): ManagedContainer {
  const { container, data, envFile, port } = layout(answers).openWebui;
  return {
    id: 'open-webui',
    title: 'Open WebUI',
    name: container,
    image: answers.openWebuiImage,
    port: { host: port, inside: INSIDE },
    data: { folder: data, inside: DATA_INSIDE },
    envFile,
    stopSeconds: 60,
    proof: {
      url: `http://127.0.0.1:${port}/health`,
      expected: '"status":true',
      patienceSeconds: PATIENCE_SECONDS,
    },
  };
}
