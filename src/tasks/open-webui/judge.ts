import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { setAside } from '../../system/docker/container-anew.ts';
import type { Container } from '../../system/docker/docker.ts';
import { describe, isOurs } from '../containers.ts';
import { isCutOff, withoutNetwork } from '../cut-off.ts';
import { deploy, goOn, makeAnew, putBack, restart, start } from './actions.ts';
import type { KeyFacts } from './keys.ts';
import { type Making, remakeOpenWebui, whatRemakingTakes } from './making.ts';
import { differences, judgePlacing } from './placing.ts';
import { judgeReady } from './ready.ts';

/** What Open WebUI looks like. */
export interface OpenWebuiFacts extends KeyFacts {
  /** The container named open-webui. */
  readonly container: Container | undefined;
  /** The one that was set aside while a new one was made; only there when that was cut off. */
  readonly aside: Container | undefined;
  /** What the container was made with; undefined without one. */
  readonly making: Making | undefined;
  /** Its version, once it answers on 127.0.0.1:8080 as itself. */
  readonly version: string | undefined;
  /** The process that listens on port 8080; only looked at where a container has to be made. */
  readonly holder: string | undefined;
  readonly taken: boolean;
  /** Permission bits of the env file. */
  readonly envFileMode: number | undefined;
  readonly databaseThere: boolean;
  /** The container's last lines, while it does not answer. */
  readonly log: readonly string[];
  readonly nowMs: number;
}

const IF_SKIPPED = 'There is no page to sign in to.';
/** Migrations of a large database take half an hour (facts: open-webui A5). */
const PATIENCE_MS = 30 * 60_000;

/** Pure. A container that runs is never stopped or replaced unasked. */
export function judgeOpenWebui(facts: OpenWebuiFacts, answers: Answers): readonly Finding[] {
  const { container, version } = facts;
  if (container === undefined) return [absent(facts, answers)];
  const { making, envFile } = facts;
  if (isCutOff(container) && making !== undefined)
    return [withoutNetwork('open-webui', remakeOpenWebui({ container, making, envFile }, answers))];
  const placed = judgePlacing(facts, container, answers);
  const [wrong] = placed.filter(({ severity }) => severity !== 'risk');
  if (wrong !== undefined) return [wrong];
  if (version === undefined) return [silent(facts, container, answers)];
  return [...placed, ...judgeReady(facts, container, answers)];
}

function absent(facts: OpenWebuiFacts, answers: Answers): Finding {
  if (facts.aside !== undefined)
    return {
      code: 'open-webui-set-aside',
      severity: 'broken',
      saw: `There is no container named open-webui, but one named ${setAside('open-webui')}.`,
      because:
        'A new container was being made and that was cut off, by a power cut for example. The one from before is whole and only has another name.',
      fixes: [{ title: 'Put it back', actions: putBack(answers) }],
      ifSkipped: IF_SKIPPED,
    };
  if (facts.taken)
    return {
      code: 'open-webui-port-taken',
      severity: 'blocked',
      saw: `Port ${PORTS.openWebui} is taken by ${facts.holder ?? 'another program'}, and there is no container named open-webui.`,
      because: `nginx passes people on to 127.0.0.1:${PORTS.openWebui}. Find out with \`ss -tlnp\` and \`docker ps\` what it is, and free the port.`,
      fixes: [],
      ifSkipped: IF_SKIPPED,
    };
  return {
    code: 'open-webui-absent',
    severity: 'missing',
    saw: facts.databaseThere
      ? `There is no container named open-webui; its data is there, in ${layout(answers).openWebui.data}.`
      : 'There is no container named open-webui.',
    because:
      'Its keys go into a file that only root reads, not onto the command line. The one that signs sessions is kept, so that a new container later signs nobody out.',
    fixes: [{ title: 'Start Open WebUI', actions: deploy(facts, answers) }],
    ifSkipped: IF_SKIPPED,
  };
}

function silent(facts: OpenWebuiFacts, container: Container, answers: Answers): Finding {
  const state = `The container ${describe(container, facts.nowMs)}.`;
  const last = facts.log.at(-1);
  const saw = last === undefined ? state : `${state} Last line: ${last}`;
  const ours = isOurs(container);
  if (container.restarting || (container.status === 'running' && container.restarts >= LOOP))
    return restarts(facts, container, saw, answers);
  if (container.status === 'running') return starting(facts, container, saw, answers);
  if (container.status === 'paused')
    return {
      code: 'open-webui-paused',
      severity: 'broken',
      saw,
      because: 'Somebody has paused it with `docker pause`: it is there, holds its port and answers nobody.',
      fixes: [{ title: 'Let it go on', actions: [goOn(answers)] }],
      ifSkipped: IF_SKIPPED,
    };
  if (container.status === 'created')
    return {
      code: 'open-webui-never-started',
      severity: 'broken',
      saw,
      because:
        'A `docker run` that fails leaves a container that holds the name. Data is outside of it, so nothing is lost with it.',
      fixes: [
        {
          title: 'Remove it and start Open WebUI',
          actions: makeAnew(facts, answers),
          // With an error it is what a failed start left; without one somebody may have prepared it.
          ...(ours || container.error !== ''
            ? {}
            : {
                consequence:
                  'Somebody made this container and has not started it; its settings are gone then.',
              }),
        },
      ],
      ifSkipped: IF_SKIPPED,
    };
  return {
    code: 'open-webui-stopped',
    severity: 'broken',
    saw,
    because: container.outOfMemory
      ? 'The kernel ended it because memory ran out. It needs about one gigabyte; swap helps on small machines.'
      : causeIn(facts.log),
    fixes: [
      {
        title: 'Start Open WebUI',
        actions: [start(answers)],
        ...(ours ? {} : { consequence: 'Somebody may have stopped it on purpose.' }),
      },
    ],
    ifSkipped: IF_SKIPPED,
  };
}

/** Between two starts a container in a loop is 'running' for a moment. */
const LOOP = 3;

function restarts(facts: OpenWebuiFacts, container: Container, saw: string, answers: Answers): Finding {
  const { making, envFile } = facts;
  const remaking = making && { container, making, envFile };
  const differ = differences(facts);
  const fixes =
    remaking === undefined || differ.length === 0
      ? []
      : [
          {
            title: `Make the container anew from ${layout(answers).openWebui.envFile}`,
            actions: remakeOpenWebui(remaking, answers, { works: false }),
            consequence: whatRemakingTakes(remaking),
          },
        ];
  const settings =
    fixes.length === 0
      ? ''
      : ` The container was made with other settings than those that are kept: ${differ.join(', ')}. With the kept ones it has worked.`;
  return {
    code: 'open-webui-restarts',
    severity: 'broken',
    saw,
    because: `${causeIn(facts.log)}${settings}`,
    fixes,
    ifSkipped: IF_SKIPPED,
  };
}

function starting(facts: OpenWebuiFacts, container: Container, saw: string, answers: Answers): Finding {
  const migrates = facts.log.some((line) => /Running upgrade/.test(line));
  if (!migrates && facts.nowMs - (container.startedMs ?? facts.nowMs) > PATIENCE_MS)
    return {
      code: 'open-webui-silent',
      severity: 'broken',
      saw,
      because:
        'It was started long ago and does not answer. Its log says what it is at: `docker logs --tail 50 open-webui`. A machine without memory to spare, or a disk that is full, make it so slow; a restart helps when it has come to a standstill.',
      fixes: [
        {
          title: 'Restart Open WebUI',
          actions: [restart(answers)],
          consequence: 'What it is doing at this moment is cut off.',
        },
      ],
      ifSkipped: IF_SKIPPED,
    };
  return {
    code: 'open-webui-starting',
    severity: 'missing',
    saw,
    because: migrates
      ? 'It is bringing its database into a new form. Ending it now could leave the database half way, so it is left alone.'
      : 'The first start makes the database and may fetch models; it opens its port only when it is done. That can take minutes.',
    fixes: [],
    watch: { everyMs: 1_000, forMs: PATIENCE_MS },
    ifSkipped: 'The page does not answer yet.',
  };
}

/** What Open WebUI's log says before it gives up (facts: open-webui A5, A7, A11). */
function causeIn(log: readonly string[]): string {
  const all = log.join('\n');
  if (/duplicate emails exist/.test(all))
    return 'Its database has two accounts whose e-mail addresses differ only in case, and this release refuses that. The accounts have to be told apart in a copy of the database from before the update.';
  if (/Can't locate revision/.test(all))
    return 'The database was changed by a newer release than this one. Use that release again, or restore the backup from before.';
  if (/no such (table|column)/.test(all))
    return 'The database is half way between two releases. Restore the backup from before the update, then update again.';
  if (/No embedding model is loaded/.test(all))
    return 'It is told to be offline and to load a language model, which it has to fetch first. Unset OFFLINE_MODE, or set RAG_EMBEDDING_ENGINE=openai.';
  if (/huggingface|Hugging ?Face/i.test(all))
    return 'It cannot fetch a language model from huggingface.co. Set RAG_EMBEDDING_ENGINE=openai, as this wizard does for new containers.';
  if (/No space left on device|database or disk is full/i.test(all)) return 'The disk is full.';
  if (/readonly database|Permission denied/.test(all)) return 'It may not write to its data folder.';
  return 'Its log says why it ended: `docker logs open-webui`. Its data is outside of the container, so starting it again loses nothing.';
}
