import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { setAside } from '../../system/docker/container-anew.ts';
import type { Container } from '../../system/docker/docker.ts';
import { describe, isOurs } from '../containers.ts';
import { isCutOff, withoutNetwork } from '../cut-off.ts';
import { found } from '../finding.ts';
import { deploy, goOn, makeAnew, putBack, restart, start } from './actions.ts';
import type { OpenWebuiFacts } from './facts.ts';
import { FINDINGS, type Finding, LOG_SAYS_WHY } from './findings.ts';
import { remakeOpenWebui, whatRemakingTakes } from './making.ts';
import { differences, judgePlacing } from './placing.ts';
import { judgeReady } from './ready.ts';

/** Migrations of a large database take half an hour (facts: open-webui A5). */
const PATIENCE_MS = 30 * 60_000;

/** Pure. A container that runs is never stopped or replaced unasked. */
export function judgeOpenWebui(facts: OpenWebuiFacts, answers: Answers): readonly Finding[] {
  const { container, version } = facts;
  if (container === undefined) return [absent(facts, answers)];
  const { making, envFile } = facts;
  if (isCutOff(container) && making !== undefined)
    return [
      found(
        FINDINGS['container-without-network'],
        withoutNetwork('open-webui', remakeOpenWebui({ container, making, envFile }, answers)),
      ),
    ];
  const placed = judgePlacing(facts, container, answers);
  const [wrong] = placed.filter(({ severity }) => severity !== 'risk');
  if (wrong !== undefined) return [wrong];
  if (version === undefined) return [silent(facts, container, answers)];
  return [...placed, ...judgeReady(facts, container, answers)];
}

function absent(facts: OpenWebuiFacts, answers: Answers): Finding {
  if (facts.aside !== undefined)
    return found(FINDINGS['open-webui-set-aside'], {
      evidence: `There is no container named open-webui, but one named ${setAside('open-webui')}.`,
      fixes: [{ id: 'put-back', title: 'Put it back', actions: putBack(answers) }],
    });
  if (facts.taken)
    return found(FINDINGS['open-webui-port-taken'], {
      evidence: `Port ${PORTS.openWebui} is taken by ${facts.holder ?? 'another program'}, and there is no container named open-webui.`,
    });
  return found(FINDINGS['open-webui-absent'], {
    evidence: facts.databaseThere
      ? `There is no container named open-webui; its data is there, in ${layout(answers).openWebui.data}.`
      : 'There is no container named open-webui.',
    fixes: [{ id: 'start', title: 'Start Open WebUI', actions: deploy(facts, answers) }],
  });
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
    return found(FINDINGS['open-webui-paused'], {
      evidence: saw,
      fixes: [{ id: 'unpause', title: 'Let it go on', actions: [goOn(answers)] }],
    });
  if (container.status === 'created')
    return found(FINDINGS['open-webui-never-started'], {
      evidence: saw,
      fixes: [
        {
          id: 'recreate-never-started',
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
    });
  return found(FINDINGS['open-webui-stopped'], {
    evidence: saw,
    values: { outOfMemory: container.outOfMemory, cause: causeIn(facts.log) },
    fixes: [
      {
        id: 'start',
        title: 'Start Open WebUI',
        actions: [start(answers)],
        ...(ours ? {} : { consequence: 'Somebody may have stopped it on purpose.' }),
      },
    ],
  });
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
            id: 'recreate-from-env-file',
            title: `Make the container anew from ${layout(answers).openWebui.envFile}`,
            actions: remakeOpenWebui(remaking, answers, { works: false }),
            consequence: whatRemakingTakes(remaking),
          },
        ];
  return found(FINDINGS['open-webui-restarts'], {
    evidence: saw,
    values: { cause: causeIn(facts.log), otherSettings: fixes.length === 0 ? '' : differ.join(', ') },
    fixes,
  });
}

function starting(facts: OpenWebuiFacts, container: Container, saw: string, answers: Answers): Finding {
  const migrates = facts.log.some((line) => /Running upgrade/.test(line));
  if (!migrates && facts.nowMs - (container.startedMs ?? facts.nowMs) > PATIENCE_MS)
    return found(FINDINGS['open-webui-silent'], {
      evidence: saw,
      fixes: [
        {
          id: 'restart',
          title: 'Restart Open WebUI',
          actions: [restart(answers)],
          consequence: 'What it is doing at this moment is cut off.',
        },
      ],
    });
  return found(FINDINGS['open-webui-starting'], {
    evidence: saw,
    values: { migrates },
    watch: { everyMs: 1_000, forMs: PATIENCE_MS },
  });
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
  return LOG_SAYS_WHY;
}
