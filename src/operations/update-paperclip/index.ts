import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { measureFolder } from '../../system/accounts/folder-programs.ts';
import { inspectImageNames, parseImageNames, shortDigest } from '../../system/docker/docker.ts';
import { pullForUpdate, splitImage } from '../../system/docker/image-pull.ts';
import { object, parseJson, text } from '../../system/formats/json.ts';
import { PRINT_PACKAGE } from '../../system/web-apps/paperclip-api.ts';
import { askDocker } from '../../tasks/containers.ts';
import { paperclipTask } from '../../tasks/paperclip/index.ts';
import { inMB } from '../../text/size.ts';
import { patienceOf } from '../container-swap.ts';
import { lookAtImages } from '../fetched-images.ts';
import type { Given, OttoOperation } from '../otto-operation.ts';
import { isNews, roomNeeded, type UpdateChoice, type UpdateFacts } from './facts.ts';
import { refusesUpdate } from './judge.ts';
import { planUpdate } from './plan.ts';

/** A newer Paperclip, with a way back. */
export const updatePaperclip: OttoOperation<UpdateFacts, UpdateChoice> = {
  id: 'update-paperclip',
  command: 'update paperclip',
  title: 'Update Paperclip',
  help: 'fetch a newer Paperclip, copy its data, switch, roll back if it fails',
  flags: {
    version: { value: 'YYYY.MDD.N|latest', what: 'which release; without it the newest' },
    patience: { value: 'MINUTES', what: 'how long its first start may take' },
  },
  why:
    'The new image is fetched first, while the old one keeps running. Then Paperclip stops and its data is copied, since newer releases ' +
    'change its database. The old container is kept until the new one answers; if that fails, both come back as they were.',
  // Without a Paperclip there is nothing to fetch for.
  prepare: (facts, given) =>
    facts.paperclip.container === undefined ? [] : fetched(facts, imageFor(facts, given)),
  look,
  refuses: refusesUpdate,
  next: (facts, given) => ({
    choice: { image: imageFor(facts, given), patienceSeconds: patienceOf(given.patience) },
  }),
  consequence: describe,
  estimate: room,
  plan: planUpdate,
  verifies: ['paperclip'],
  summary,
};

/** Pure. Which image a name leads to is known of the one that was looked at. */
const fetched = (facts: UpdateFacts, image: string) =>
  pullForUpdate(image, 'the new image', facts.image === image ? facts.namedId : undefined);

/** Pure. The tag that runs now, or the one that was asked for. */
function imageFor({ image }: UpdateFacts, { version }: Given): string {
  return typeof version === 'string' ? `${splitImage(image).name}:${version}` : image;
}

async function look(host: Host, answers: Answers, choice?: UpdateChoice): Promise<UpdateFacts> {
  const paperclip = await paperclipTask.look(host, answers);
  const { container, data } = paperclip;
  const named =
    container === undefined || container.image.startsWith('sha256:') ? undefined : container.image;
  const image = choice?.image ?? named ?? answers.paperclipImage;
  const nothing = {
    imageNames: undefined,
    imageNamesNow: undefined,
    namedId: undefined,
    version: '',
    versionNow: '',
  };
  if (container === undefined)
    return { paperclip, image, imageId: undefined, ...nothing, dataBytes: 0, freeBytes: undefined };
  const [images, now, versionNow, room] = await Promise.all([
    lookAtImages(host, image),
    askDocker(host, inspectImageNames(container.imageId)),
    versionIn(host, container.imageId),
    measure(host, data.folder),
  ]);
  const { imageId } = images;
  return {
    paperclip,
    image,
    ...images,
    imageNamesNow: parseImageNames(now.stdout),
    versionNow,
    version:
      imageId === undefined || imageId === container.imageId ? versionNow : await versionIn(host, imageId),
    dataBytes: room.bytes ?? 0,
    freeBytes: room.free,
  };
}

/** How much room the data takes, and how much there is. */
async function measure(
  host: Host,
  folder: string,
): Promise<{ readonly bytes?: number; readonly free?: number }> {
  const { argv, input } = measureFolder(folder);
  const { bytes, free } = object(parseJson((await host.exec(argv, { input, timeoutMs: 120_000 })).stdout));
  return { ...(typeof bytes === 'number' && { bytes }), ...(typeof free === 'number' && { free }) };
}

/** Which Paperclip an image holds, from its packages; '' when it does not say. Nothing in it is started. */
async function versionIn(host: Host, imageId: string): Promise<string> {
  const found = await host.exec(
    [
      'docker',
      'run',
      '--rm',
      '--pull',
      'never',
      '--network',
      'none',
      '--entrypoint',
      'sh',
      imageId,
      '-c',
      PRINT_PACKAGE,
    ],
    { timeoutMs: 60_000 },
  );
  return text(object(parseJson(found.stdout)).version);
}

/** Pure. What changes, and for how long it is unavailable. */
function describe(facts: UpdateFacts): string | undefined {
  const { paperclip, image, imageId, imageNames, imageNamesNow, version, versionNow } = facts;
  const { container } = paperclip;
  if (container === undefined || imageId === undefined || !isNews(facts)) return undefined;
  const now = `${versionNow || container.image} (${shortDigest(imageNamesNow, container.imageId)})`;
  const then = `${version || image} (${shortDigest(imageNames, imageId)})`;
  return `Paperclip is unavailable for about a minute, and its running agents are cut off. It is updated from ${now} to ${then}; its data is copied first.`;
}

/** Pure. How much is copied, and how much room there is for it. */
function room(facts: UpdateFacts): string | undefined {
  const { dataBytes, freeBytes } = facts;
  if (!isNews(facts)) return undefined;
  const free = freeBytes === undefined ? '' : `, ${inMB(freeBytes)} are free`;
  return `Its data takes ${inMB(dataBytes)}${free}, ${inMB(roomNeeded(dataBytes))} are needed.`;
}

/** Pure. */
function summary(facts: UpdateFacts): readonly string[] {
  const { paperclip, image, imageId, version } = facts;
  const { container } = paperclip;
  if (container === undefined) return ['There is no Paperclip on this machine. Nothing was done.'];
  if (imageId === undefined || !isNews(facts))
    return [`Paperclip ${version} is the newest that ${image} has. Nothing was done.`];
  return [
    `Paperclip is now ${version || image}. The old image is ${container.imageId.slice(7, 19)}; when nobody needs it any more, remove it with \`docker image prune\`.`,
  ];
}
