import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { setAside } from '../../system/docker/container-anew.ts';
import { type Container, openToOthers } from '../../system/docker/docker.ts';
import { parseDockerEnvFile } from '../../system/docker/docker-env-file.ts';
import { isOurs } from '../containers.ts';
import { closeEnvFile, removeAside, startsWithMachine } from './actions.ts';
import type { OpenWebuiFacts } from './judge.ts';
import { envFileFor, keepEnvFile, noteImage } from './making.ts';
import { anew } from './placing.ts';

/** What should not stay so although Open WebUI answers. */
export function judgeReady(
  facts: OpenWebuiFacts,
  container: Container,
  answers: Answers,
): readonly Finding[] {
  return [
    ...keysReadable(facts, answers),
    ...keyNotKept(facts, container, answers),
    ...leftOver(facts, answers),
    ...notRestarted(container, answers),
    ...openToInternet(facts, container, answers),
    ...secretKeyUnset(facts, container, answers),
    ...keysOnCommandLine(facts, container, answers),
  ];
}

function keysReadable(facts: OpenWebuiFacts, answers: Answers): readonly Finding[] {
  const { envFile } = layout(answers).openWebui;
  if (facts.envFileMode === undefined || (facts.envFileMode & 0o077) === 0) return [];
  return [
    {
      code: 'open-webui-keys-readable',
      severity: 'broken',
      saw: `${envFile} can be read by other users of this machine (mode 0${facts.envFileMode.toString(8)}).`,
      because: 'It holds the key to Hermes, behind which is a terminal, and the key that signs sessions.',
      fixes: [{ title: 'Let only root read it', actions: [closeEnvFile(answers)] }],
    },
  ];
}

/** Adopting: what a new container needs is written down while the old one can still be asked. Interrupts nothing. */
function keyNotKept(facts: OpenWebuiFacts, container: Container, answers: Answers): readonly Finding[] {
  const { making, envFile } = facts;
  if (making === undefined) return [];
  const kept = parseDockerEnvFile(envFile ?? '');
  if (
    envFile !== undefined &&
    ((kept.WEBUI_SECRET_KEY ?? '') !== '' || (kept.WEBUI_SECRET_KEY_FILE ?? '') !== '')
  )
    return [];
  const known = container.env.WEBUI_SECRET_KEY || making.keyInside?.reveal();
  if (envFile !== undefined && known === undefined) return [];
  const { envFile: path } = layout(answers).openWebui;
  const where = making.keyInside === undefined ? 'its environment' : 'a file inside it';
  return [
    {
      code: 'open-webui-settings-not-kept',
      severity: 'risk',
      saw: `The container has its settings and the key that signs sessions only in itself (the key is in ${where}).`,
      because: `Removed or replaced, it takes them with it: everybody is signed out then, and what Open WebUI stored encrypted cannot be read any more. So they are written to ${path}, from which a new container is made. Nothing is restarted for it.`,
      fixes: [
        {
          title: `Keep them in ${path}`,
          actions: [
            ...keepEnvFile(envFileFor({ container, making, envFile }), envFile, answers),
            ...noteImage(making),
          ],
        },
      ],
    },
  ];
}

function leftOver({ aside }: OpenWebuiFacts, answers: Answers): readonly Finding[] {
  if (aside === undefined || aside.status === 'running') return [];
  return [
    {
      code: 'open-webui-left-over',
      severity: 'risk',
      saw: `A container named ${setAside('open-webui')} is left over.`,
      because:
        'It was set aside while a new one was made, and that was cut off before it could be removed. The new one answers.',
      fixes: [{ title: 'Remove it', actions: [removeAside(answers)] }],
    },
  ];
}

function notRestarted({ restartPolicy }: Container, answers: Answers): readonly Finding[] {
  if (!['no', ''].includes(restartPolicy)) return [];
  return [
    {
      code: 'open-webui-not-after-reboot',
      severity: 'risk',
      saw: 'The container was made without --restart.',
      because: 'After a restart of the machine, or of Docker, it stays down until somebody starts it.',
      fixes: [{ title: 'Let Docker start it', actions: [startsWithMachine(answers)] }],
    },
  ];
}

function openToInternet(facts: OpenWebuiFacts, container: Container, answers: Answers): readonly Finding[] {
  const open = container.published.find((port) => port.hostPort === PORTS.openWebui && openToOthers(port));
  if (open === undefined) return [];
  return [
    {
      code: 'open-webui-open-to-internet',
      severity: 'risk',
      saw: `Port ${PORTS.openWebui} is published on ${open.address}.`,
      because:
        'What Docker publishes does not pass through UFW, so not even `ufw deny` closes it: people can reach Open WebUI without https, past nginx. The address is fixed when a container is made.',
      fixes: anew(facts, container, answers, 'Make the container anew, on 127.0.0.1 alone'),
      ifSkipped: 'Passwords can be typed into a page without https.',
    },
  ];
}

function secretKeyUnset(facts: OpenWebuiFacts, container: Container, answers: Answers): readonly Finding[] {
  const { env } = container;
  if ((env.WEBUI_SECRET_KEY ?? '') !== '' || (env.WEBUI_SECRET_KEY_FILE ?? '') !== '') return [];
  return [
    {
      code: 'open-webui-secret-key-unset',
      severity: 'risk',
      saw: 'The container was made without WEBUI_SECRET_KEY.',
      because:
        'Open WebUI then keeps a key inside the container: a new container, at every update, has another one, signs everybody out and cannot read what it stored encrypted.',
      fixes: anew(facts, container, answers, 'Make the container anew, with its key outside of it'),
      ifSkipped: 'The next update signs everybody out, unless the key is carried over then.',
    },
  ];
}

function keysOnCommandLine(
  facts: OpenWebuiFacts,
  container: Container,
  answers: Answers,
): readonly Finding[] {
  if (isOurs(container) || (facts.making?.ownEnv.OPENAI_API_KEY ?? '') === '') return [];
  return [
    {
      code: 'open-webui-keys-on-command-line',
      severity: 'risk',
      saw: 'The container was not made by this wizard, and its keys were given with it, mostly as -e on the command line.',
      because:
        "Such a command stays in root's shell history and in notes, with the key to Hermes in it, and whoever makes the container again has to know it by heart. Made from a file, all that a new container needs is in one place that only root reads. To be rid of a key that others may have seen, change it.",
      fixes: anew(facts, container, answers, 'Make the container anew from its env file'),
    },
  ];
}
