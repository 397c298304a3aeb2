import { layout } from '../answers/layout.ts';
import type { Answers } from '../answers/schema.ts';
import type { Action } from '../engine/contracts/action.ts';
import { foundAs, stops } from '../engine/contracts/effect.ts';
import type { Host } from '../host/host.ts';
import { systemctl } from '../system/services/systemd.ts';
import { lookAtContainer } from '../tasks/containers.ts';
import { restartActions } from '../tasks/hermes-service/actions.ts';
import { hermesServiceTask } from '../tasks/hermes-service/index.ts';
import type { HermesServiceFacts } from '../tasks/hermes-service/look.ts';
import { restart as restartContainer } from '../tasks/managed-container/actions.ts';
import { managedOpenWebui } from '../tasks/open-webui/managed.ts';
import { managedPaperclip } from '../tasks/paperclip/managed.ts';
import type { Asked, Given, OttoOperation } from './otto-operation.ts';

/** What can be restarted, in the order for restarting everything: dependencies first. */
const PARTS = ['hermes', 'paperclip', 'open-webui', 'nginx'] as const;
type Part = (typeof PARTS)[number];

interface RestartFacts {
  readonly hermes: HermesServiceFacts;
  /** Containers that exist. */
  readonly containers: readonly Part[];
}

interface RestartChoice {
  readonly parts: readonly Part[];
}

const NAMES: Readonly<Record<Part, string>> = {
  hermes: 'Hermes',
  paperclip: 'Paperclip',
  'open-webui': 'Open WebUI',
  nginx: 'nginx',
};

const AWAY: Readonly<Record<Part, string>> = {
  hermes: 'Hermes is unavailable for about 10 seconds; answers that it is writing are cut off.',
  paperclip: 'Paperclip is unavailable for about 20 seconds.',
  'open-webui': 'Open WebUI is unavailable for 10 to 30 seconds; nobody is signed out.',
  nginx: 'Open connections are cut and come back on their own.',
};

/** The runbook's 'Restart Hermes', for every part, with the check afterwards. */
export const restart: OttoOperation<RestartFacts, RestartChoice> = {
  id: 'restart',
  command: 'restart',
  title: 'Restart',
  entry: 'Restart …',
  help: 'restart one part or all, in the right order',
  flags: {
    part: { value: 'hermes|open-webui|paperclip|nginx|all', what: 'what to restart' },
  },
  why: 'Parts that others depend on are restarted first. A restart loses nothing that is stored; answers that are being written are cut off.',
  look,
  refuses: () => [],
  next: ask,
  consequence: (_, { parts }) => parts.map((part) => AWAY[part]).join(' '),
  plan: (facts, { parts }, answers) => ({
    steps: parts.flatMap((part) => actionsFor(part, facts, answers)).map((action) => ({ do: action })),
  }),
  verifies: ['hermes-service', 'paperclip', 'open-webui', 'bridge', 'nginx-site', 'first-login'],
};

async function look(host: Host, answers: Answers): Promise<RestartFacts> {
  const { openWebui, paperclip } = layout(answers);
  const [hermes, page, office] = await Promise.all([
    hermesServiceTask.look(host, answers),
    lookAtContainer(host, openWebui.container).catch(() => undefined),
    lookAtContainer(host, paperclip.container).catch(() => undefined),
  ]);
  return {
    hermes,
    containers: [
      ...(office === undefined ? [] : ['paperclip' as const]),
      ...(page === undefined ? [] : ['open-webui' as const]),
    ],
  };
}

/** Pure. */
function ask({ containers }: RestartFacts, { part }: Given): Asked<RestartChoice> {
  const there = PARTS.filter((name) => name === 'hermes' || name === 'nginx' || containers.includes(name));
  if (part === 'all') return { choice: { parts: there } };
  const named = there.find((name) => name === part);
  if (named !== undefined) return { choice: { parts: [named] } };
  const options = there.map((name) => ({ value: name, label: NAMES[name], note: AWAY[name] }));
  return {
    ask: {
      kind: 'choose',
      id: 'part',
      question: 'What should be restarted?',
      options: [{ value: 'all', label: 'Everything, in the right order' }, ...options],
    },
  };
}

/** Pure. */
function actionsFor(part: Part, facts: RestartFacts, answers: Answers): readonly Action[] {
  switch (part) {
    case 'hermes':
      return restartActions(facts.hermes, answers);
    case 'paperclip':
      return [restartContainer(managedPaperclip(answers))];
    case 'open-webui':
      return [restartContainer(managedOpenWebui(answers))];
    case 'nginx':
      return [
        systemctl('Restart nginx', ['restart', 'nginx.service'], {
          effects: stops('nginx', foundAs('nginx')),
        }),
      ];
  }
}
