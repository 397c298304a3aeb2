import { stringify } from 'yaml';
import { pause } from '../machine/shell.ts';
import { ANSWERS } from './answers.ts';
import type { Flow } from './flow.ts';
import type { Scene } from './scene.ts';

const FILE = '/root/answers.yaml';
/** How long whoever is first may try, when nobody at all has been made the administrator yet. */
const OPEN_S = 25;

/** An install from nothing under umask 000. With `cuts` the power goes twice: when each container is up, and nobody has claimed it. */
export function installUnderAttack(cuts: boolean): Flow {
  return {
    name: 'install',
    cleo: [
      'git-config',
      'python-startup',
      'tools-and-path',
      'swap-hermes',
      'swap-checkout',
      'data-of-containers',
      'hard-links',
      'forged-journal',
    ],
    mallory: ['claim-open-webui', 'claim-paperclip', 'take-ports', 'read-secrets', 'temporary-names'],
    own: ['umask-000'],
    async run(scene) {
      await scene.droplet.write(FILE, stringify(ANSWERS), 0o600);
      const ends: string[] = [];
      if (cuts)
        for (const container of ['open-webui', 'paperclip']) ends.push(await untilUp(scene, container));
      const { exitCode, stdout, stderr } = await install(scene);
      ends.push(`exit ${exitCode}`);
      if (exitCode !== 0) {
        // Whatever was destroyed at the very moment is made again by the next run; a person would start it, too.
        const again = await install(scene);
        ends.push(`again: exit ${again.exitCode}`);
        if (again.exitCode !== 0) {
          // Those who keep breaking it can keep it from being ready. Left alone it has to come to its end.
          await scene.rest();
          const alone = await install(scene);
          ends.push(`left alone: exit ${alone.exitCode}`);
          if (alone.exitCode !== 0) ends.push(lastWords(alone.stdout || alone.stderr || stdout + stderr));
        }
      }
      return ends.join(', ');
    },
  };
}

function install(scene: Scene) {
  scene.tried('umask-000');
  return scene.otto(`--yes --answers ${FILE}`, { limitS: 480, before: 'umask 000; cd /; ' });
}

/** Installs until that container runs, cuts the power, boots, and gives the others time. */
async function untilUp(scene: Scene, container: string): Promise<string> {
  const { droplet } = scene;
  let over = false;
  const installing = install(scene).finally(() => {
    over = true;
  });
  let up = false;
  while (!up && !over) {
    const { stdout } = await droplet.exec(['sh', '-c', 'docker ps --format "{{.Names}}" 2>/dev/null']);
    up = stdout.split('\n').some((name) => name.includes(container));
    await pause(50);
  }
  if (!up) return `${container} never came up (exit ${(await installing).exitCode})`;
  await pause(700);
  await droplet.kill();
  await installing.catch(() => undefined);
  await scene.rest();
  await droplet.boot();
  await scene.watch();
  await pause(OPEN_S * 1000);
  return `cut when ${container} was up`;
}

function lastWords(text: string): string {
  return text.trim().split('\n').slice(-2).join(' ').slice(0, 200);
}
