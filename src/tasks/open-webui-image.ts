import type { Answers } from '../answers.ts';
import type { Finding } from '../engine/task.ts';
import type { Host } from '../host/host.ts';
import { inspectImage } from '../system/docker.ts';
import { pullImage } from '../system/image-pull.ts';
import { askDocker, lookAtContainer } from './containers.ts';
import { layout } from './layout.ts';
import type { OttoTask } from './otto-task.ts';

/** Whether Open WebUI's image is on this machine. */
export interface OpenWebuiImageFacts {
  readonly imageThere: boolean;
  /** A container of Open WebUI's name is there, so its image is too, whatever its name. */
  readonly containerThere: boolean;
}

/** Step 8, first half: the image, fetched while pip builds Hermes. */
export const openWebuiImageTask: OttoTask<OpenWebuiImageFacts> = {
  id: 'open-webui-image',
  title: 'Open WebUI image',
  step: 'Step 8',
  why: 'Open WebUI comes as a Docker image of up to four gigabytes. It is fetched while other things are at work; what arrived whole is kept when the connection breaks.',
  needs: ['server-packages'],
  look,
  judge,
};

async function look(host: Host, answers: Answers): Promise<OpenWebuiImageFacts> {
  const [image, container] = await Promise.all([
    askDocker(host, inspectImage(answers.openWebuiImage)),
    lookAtContainer(host, layout(answers).openWebui.container),
  ]);
  return { imageThere: image.exitCode === 0, containerThere: container !== undefined };
}

function judge(facts: OpenWebuiImageFacts, answers: Answers): readonly Finding[] {
  if (facts.imageThere || facts.containerThere) return [];
  return [
    {
      code: 'open-webui-image-missing',
      severity: 'missing',
      saw: `The image ${answers.openWebuiImage} is not on this machine.`,
      because: 'Open WebUI runs from it. An update later is a newer image over the same data.',
      fixes: [{ title: 'Fetch the image', actions: pullImage(answers.openWebuiImage, "Open WebUI's image") }],
      ifSkipped: 'There is no Open WebUI.',
    },
  ];
}
