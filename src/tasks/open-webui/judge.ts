import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import type { Container, NamedContainer } from '../../system/docker/docker.ts';
import { backupName } from '../../system/docker/recreate.ts';
import { envIn } from '../../system/formats/env-file.ts';
import { containerWords, stopContainerFix } from '../all-containers.ts';
import { describe } from '../containers.ts';
import { found } from '../finding.ts';
import { putBack, restart, start, unpause } from '../managed-container/actions.ts';
import { freePort, type LeftPort, leftPortWords } from '../managed-container/left-port.ts';
import { publishAgain } from '../managed-container/publishing.ts';
import { stateEvidence, stateOf, unlessOurs } from '../managed-container/state.ts';
import { isCutOff, withoutNetwork } from '../managed-container/without-network.ts';
import { deploy, publishIt, recreateNeverStarted } from './actions.ts';
import { hasOtherDatabase } from './creation-spec.ts';
import type { OpenWebuiFacts } from './facts.ts';
import { FINDINGS, type Finding, LOG_SAYS_WHY } from './findings.ts';
import { managedOpenWebui } from './managed.ts';
import { differences, judgePlacing } from './placing.ts';
import { judgeReady } from './ready.ts';
import { recreateConsequence, recreateOpenWebui } from './recreate.ts';
import { isConnected, UNPUBLISHED } from './unpublished.ts';

/** Migrations of a large database take half an hour (facts: open-webui A5). */
const PATIENCE_MS = 30 * 60_000;
/** A first start that fetches models takes ten minutes on a slow line (facts: open-webui A5). */
const START_MS = 15 * 60_000;
/** With a cause in its log. */
const CAUSE_MS = 3 * 60_000;

/** Pure. A container that runs is never stopped or replaced unasked. */
export function judgeOpenWebui(facts: OpenWebuiFacts, answers: Answers): readonly Finding[] {
  const { container, version } = facts;
  if (container === undefined) return [absent(facts, answers)];
  if (facts.stranger !== undefined) return [anotherProgram(facts.stranger, container, answers)];
  if (facts.portOwner !== undefined && container.status !== 'running')
    return [
      portOfAnother(
        facts.portOwner,
        `the container ${layout(answers).openWebui.container} ${describe(container, facts.nowMs)}`,
        answers,
        [start(managedOpenWebui(answers))],
      ),
    ];
  if (facts.leftPort !== undefined) return [portLeft(facts.leftPort, answers)];
  const { creationSpec, envFile } = facts;
  if (isCutOff(container) && creationSpec !== undefined)
    return [
      found(
        FINDINGS['container-without-network'],
        withoutNetwork('open-webui', recreateOpenWebui({ container, creationSpec, envFile }, answers)),
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
      evidence: `There is no container named open-webui, but one named ${backupName('open-webui')}.`,
      fixes: [
        {
          id: 'put-back',
          title: 'Restore the previous Open WebUI container',
          actions: putBack(managedOpenWebui(answers)),
        },
      ],
    });
  const { unpublished } = facts;
  // Its name is all that is missing: the port is its own already.
  if (unpublished !== undefined && isConnected(unpublished)) return notPublished(facts, answers);
  if (facts.portOwner !== undefined)
    return portOfAnother(
      facts.portOwner,
      `there is no container named ${layout(answers).openWebui.container}`,
      answers,
    );
  if (facts.leftPort !== undefined) return portLeft(facts.leftPort, answers);
  if (facts.taken)
    return found(FINDINGS['open-webui-port-taken'], {
      evidence: `Port ${PORTS.openWebui} is taken by ${facts.holder ?? 'another program'}, and there is no container named open-webui.`,
    });
  if (unpublished !== undefined || isFirst(facts)) return notPublished(facts, answers);
  return found(FINDINGS['open-webui-absent'], {
    evidence: facts.databaseThere
      ? `There is no container named open-webui; its data is there, in ${layout(answers).openWebui.data}.`
      : 'There is no container named open-webui.',
    fixes: [{ id: 'start', title: 'Start Open WebUI', actions: deploy(facts, answers) }],
  });
}

/** Nothing starts on a port that is taken. */
const portLeft = (left: LeftPort, answers: Answers): Finding =>
  found(FINDINGS['open-webui-port-taken'], {
    evidence: leftPortWords(layout(answers).openWebui.port),
    fixes: [freePort(left)],
  });

function notPublished({ unpublished }: OpenWebuiFacts, answers: Answers): Finding {
  return found(FINDINGS['open-webui-absent'], {
    evidence:
      unpublished === undefined
        ? 'There is no container named open-webui.'
        : `Open WebUI has its administrator, but is not published yet: its container is still named ${UNPUBLISHED}.`,
    fixes: [{ id: 'publish', title: 'Publish Open WebUI', actions: publishIt(unpublished, answers) }],
  });
}

/** The first account is made before this ("First account"), in the container that is then published. */
const isFirst = ({ databaseThere, envFile }: OpenWebuiFacts): boolean =>
  !databaseThere && !hasOtherDatabase({ env: envIn(envFile, 'docker') });

/** Nothing is done through a port before it is known whose it is. */
function portOfAnother(
  owner: NamedContainer,
  own: string,
  answers: Answers,
  then: readonly Action[] = [],
): Finding {
  const { port } = layout(answers).openWebui;
  return found(FINDINGS['open-webui-port-of-another'], {
    evidence: `Port ${port} belongs to ${containerWords(owner)}, and ${own}.`,
    values: { name: owner.name },
    fixes: [stopContainerFix(owner, port, then)],
  });
}

function anotherProgram(saying: string, { image }: Container, answers: Answers): Finding {
  const { container, port } = layout(answers).openWebui;
  return found(FINDINGS['open-webui-another-program'], {
    evidence: `The container ${container} (image ${image}) answers on port ${port}, but /api/config with ${saying}: it is not Open WebUI.`,
    values: { name: container },
  });
}

function silent(facts: OpenWebuiFacts, container: Container, answers: Answers): Finding {
  const managed = managedOpenWebui(answers);
  const evidence = stateEvidence(container, facts.log, facts.nowMs);
  switch (stateOf(container)) {
    case 'restarts':
      return restarts(facts, container, evidence, answers);
    case 'running':
      return starting(facts, container, evidence, answers);
    case 'paused':
      return found(FINDINGS['open-webui-paused'], {
        evidence,
        fixes: [
          {
            id: 'unpause',
            title: 'Unpause Open WebUI',
            actions: [unpause(managed)],
            ...unlessOurs(container, 'Open WebUI runs again. Somebody may have paused it on purpose.'),
          },
        ],
      });
    case 'never-started':
      return found(FINDINGS['open-webui-never-started'], {
        evidence,
        fixes: [
          {
            id: 'recreate-never-started',
            title: 'Remove the container and start Open WebUI',
            actions: recreateNeverStarted(facts, answers),
            // With an error it is what a failed start left; without one somebody may have prepared it.
            ...(container.error === ''
              ? unlessOurs(
                  container,
                  'Somebody created this container without starting it; its settings are lost.',
                )
              : {}),
          },
        ],
      });
    case 'stopped':
      return found(FINDINGS['open-webui-stopped'], {
        evidence,
        values: { outOfMemory: container.outOfMemory, cause: causeIn(facts.log) },
        fixes: [
          {
            id: 'start',
            title: 'Start Open WebUI',
            actions: [start(managed)],
            ...unlessOurs(container, 'Somebody may have stopped it on purpose.'),
          },
        ],
      });
  }
}

function restarts(facts: OpenWebuiFacts, container: Container, evidence: string, answers: Answers): Finding {
  const { creationSpec, envFile } = facts;
  const source = creationSpec && { container, creationSpec, envFile };
  const differ = differences(facts);
  const fixes =
    source === undefined || differ.length === 0
      ? []
      : [
          {
            id: 'recreate-from-env-file',
            title: `Recreate the container from ${layout(answers).openWebui.envFile}`,
            actions: recreateOpenWebui(source, answers, { works: false }),
            consequence: recreateConsequence(source),
          },
        ];
  return found(FINDINGS['open-webui-restarts'], {
    evidence,
    values: { cause: causeIn(facts.log), otherSettings: fixes.length === 0 ? '' : differ.join(', ') },
    fixes,
  });
}

function starting(facts: OpenWebuiFacts, container: Container, evidence: string, answers: Answers): Finding {
  const migrates = facts.log.some((line) => /Running upgrade/.test(line));
  const told = facts.publishesNothing === true;
  if (facts.answersInside === true)
    return found(FINDINGS['open-webui-not-reached'], {
      evidence: `Inside its container Open WebUI answers; at 127.0.0.1:${layout(answers).openWebui.port} of this machine nothing does. ${evidence}`,
      values: { told },
      fixes: publishAgain(layout(answers).openWebui.container, told),
    });
  const cause = causeIn(facts.log);
  const age = facts.nowMs - (container.startedMs ?? facts.nowMs);
  // What its log names does not get better by waiting; without that a start may take its time, but not for ever.
  if (!migrates && age > (cause === LOG_SAYS_WHY ? START_MS : CAUSE_MS))
    return found(FINDINGS['open-webui-silent'], {
      evidence,
      values: { cause: cause === LOG_SAYS_WHY ? '' : cause },
      fixes: [
        {
          id: 'restart',
          title: 'Restart Open WebUI',
          actions: [restart(managedOpenWebui(answers))],
          consequence: 'Open WebUI restarts, and whatever it is doing is interrupted.',
        },
      ],
    });
  return found(FINDINGS['open-webui-starting'], {
    evidence,
    values: { migrates },
    watch: { everyMs: 1_000, forMs: migrates ? PATIENCE_MS : Math.max(0, START_MS - age) + 5_000 },
  });
}

/** What Open WebUI's log says before it gives up (facts: open-webui A5, A7, A11). */
function causeIn(log: readonly string[]): string {
  const all = log.join('\n');
  if (/duplicate emails exist/.test(all))
    return 'Its database has two accounts whose e-mail addresses differ only in case, and this release refuses that. Restore the database from before the update and rename one of the accounts there.';
  if (/Can't locate revision/.test(all))
    return 'The database was changed by a newer release than this one. Use that release again, or restore the backup from before it.';
  if (/no such (table|column)/.test(all))
    return 'The database is half migrated between two releases. Restore the backup from before the update, then update again.';
  if (/No embedding model is loaded/.test(all))
    return 'Its settings keep it offline and make it load a language model that it must download first. Unset OFFLINE_MODE, or set RAG_EMBEDDING_ENGINE=openai.';
  if (/huggingface|Hugging ?Face/i.test(all))
    return 'It cannot download a language model from huggingface.co. Set RAG_EMBEDDING_ENGINE=openai, as this wizard does for new containers.';
  if (/No space left on device|database or disk is full/i.test(all)) return 'The disk is full.';
  if (/readonly database|Permission denied/.test(all))
    return 'It has no permission to write to its data folder.';
  return LOG_SAYS_WHY;
}
