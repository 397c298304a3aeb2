import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { type Container, openToOthers } from '../../system/docker/docker.ts';
import { backupName } from '../../system/docker/recreate.ts';
import { envIn, refusedByDocker, secretIn, settingIn, withoutExport } from '../../system/formats/env-file.ts';
import { isOurs } from '../containers.ts';
import { found } from '../finding.ts';
import { removeBackup, startsWithMachine } from '../managed-container/actions.ts';
import { noteImage } from '../managed-container/image-note.ts';
import { closeEnvFile } from './actions.ts';
import { envFileFor, keepEnvFile } from './creation-spec.ts';
import type { OpenWebuiFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { managedOpenWebui } from './managed.ts';
import { recreateFix } from './placing.ts';

/** What should change although Open WebUI answers. */
export function judgeReady(
  facts: OpenWebuiFacts,
  container: Container,
  answers: Answers,
): readonly Finding[] {
  return [
    ...keysReadable(facts, answers),
    ...refusedNextTime(facts, answers),
    ...keyNotKept(facts, container, answers),
    ...leftOver(facts, answers),
    ...notRestarted(container, answers),
    ...openToInternet(facts, container, answers),
    ...secretKeyUnset(facts, container, answers),
    ...keysOnCommandLine(facts, container, answers),
  ];
}

/** What counts only when a container is created is read now, by the rules of its reader. */
function refusedNextTime({ envFile }: OpenWebuiFacts, answers: Answers): readonly Finding[] {
  if (envFile === undefined) return [];
  const names = refusedByDocker(envFile);
  if (names.length === 0) return [];
  const path = layout(answers).openWebui.envFile;
  const without = withoutExport(envFile);
  return [
    found(FINDINGS['open-webui-env-file-refused'], {
      evidence: `Docker cannot read ${path}: ${names.map((name) => `"${name}"`).join(', ')} has a blank in its name.`,
      fixes:
        refusedByDocker(without).length > 0
          ? []
          : [
              {
                id: 'remove-export',
                title: 'Remove the word "export" from these lines; everything else in the file stays',
                actions: keepEnvFile(without, envFile, answers),
              },
            ],
    }),
  ];
}

function keysReadable(facts: OpenWebuiFacts, answers: Answers): readonly Finding[] {
  const { envFile } = layout(answers).openWebui;
  if (facts.envFileMode === undefined || (facts.envFileMode & 0o077) === 0) return [];
  return [
    found(FINDINGS['open-webui-keys-readable'], {
      evidence: `${envFile} can be read by other users of this machine (mode 0${facts.envFileMode.toString(8)}).`,
      fixes: [
        {
          id: 'restrict-to-root',
          title: 'Let only root read the env file',
          actions: [closeEnvFile(answers)],
        },
      ],
    }),
  ];
}

/** Adopting: records what a new container needs while the old one can still be asked. Interrupts nothing. */
function keyNotKept(facts: OpenWebuiFacts, container: Container, answers: Answers): readonly Finding[] {
  const { creationSpec, envFile } = facts;
  if (creationSpec === undefined) return [];
  const kept = envIn(envFile, 'docker');
  const isKept = (name: string) => settingIn(kept, name) !== '';
  if (envFile !== undefined && (isKept('WEBUI_SECRET_KEY') || isKept('WEBUI_SECRET_KEY_FILE'))) return [];
  const known = secretIn(container.env, 'WEBUI_SECRET_KEY') ?? creationSpec.keyInside;
  if (envFile !== undefined && known === undefined) return [];
  const { envFile: path } = layout(answers).openWebui;
  const where = creationSpec.keyInside === undefined ? 'its environment' : 'a file inside it';
  return [
    found(FINDINGS['open-webui-settings-not-kept'], {
      evidence: `The settings and the key that signs sessions exist only in the container (the key is in ${where}).`,
      values: { path },
      fixes: [
        {
          id: 'keep-settings',
          title: `Keep the settings and the key in ${path}`,
          actions: [
            ...keepEnvFile(envFileFor({ container, creationSpec, envFile }), envFile, answers),
            ...noteImage('open-webui', creationSpec),
          ],
        },
      ],
    }),
  ];
}

function leftOver({ aside }: OpenWebuiFacts, answers: Answers): readonly Finding[] {
  if (aside === undefined || aside.status === 'running') return [];
  return [
    found(FINDINGS['open-webui-left-over'], {
      evidence: `A container named ${backupName('open-webui')} is left over.`,
      fixes: [
        {
          id: 'remove-left-over',
          title: 'Remove the left-over container',
          actions: [removeBackup(managedOpenWebui(answers))],
        },
      ],
    }),
  ];
}

function notRestarted({ restartPolicy }: Container, answers: Answers): readonly Finding[] {
  if (!['no', ''].includes(restartPolicy)) return [];
  return [
    found(FINDINGS['open-webui-not-after-reboot'], {
      evidence: 'The container was created without --restart.',
      fixes: [
        {
          id: 'restart-after-reboot',
          title: 'Let Docker start Open WebUI at boot',
          actions: [startsWithMachine(managedOpenWebui(answers))],
        },
      ],
    }),
  ];
}

function openToInternet(facts: OpenWebuiFacts, container: Container, answers: Answers): readonly Finding[] {
  const open = container.published.find(
    (port) => port.hostPort === layout(answers).openWebui.port && openToOthers(port),
  );
  if (open === undefined) return [];
  return [
    found(FINDINGS['open-webui-open-to-internet'], {
      evidence: `Port ${open.hostPort} is published on ${open.address}.`,
      fixes: recreateFix(facts, container, answers, 'Recreate the container on 127.0.0.1 only'),
    }),
  ];
}

function secretKeyUnset(facts: OpenWebuiFacts, container: Container, answers: Answers): readonly Finding[] {
  const isGiven = (name: string) => settingIn(container.env, name) !== '';
  if (isGiven('WEBUI_SECRET_KEY') || isGiven('WEBUI_SECRET_KEY_FILE')) return [];
  return [
    found(FINDINGS['open-webui-secret-key-unset'], {
      evidence: 'The container was created without WEBUI_SECRET_KEY.',
      fixes: recreateFix(facts, container, answers, 'Recreate the container with its key outside of it'),
    }),
  ];
}

function keysOnCommandLine(
  facts: OpenWebuiFacts,
  container: Container,
  answers: Answers,
): readonly Finding[] {
  if (isOurs(container) || settingIn(facts.creationSpec?.ownEnv ?? {}, 'OPENAI_API_KEY') === '') return [];
  // Compose reads them from its project's files, from which it makes the next container, too.
  if (settingIn(container.labels, 'com.docker.compose.project') !== '') return [];
  return [
    found(FINDINGS['open-webui-keys-on-command-line'], {
      evidence:
        'This wizard did not create the container, and its keys were given to it when it was created: with -e, or from a file, which Docker does not tell apart.',
      fixes: recreateFix(facts, container, answers, 'Recreate the container from its env file'),
    }),
  ];
}
