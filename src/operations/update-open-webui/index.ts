import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { inspectImageNames, parseImageNames, shortDigest } from '../../system/docker/docker.ts';
import { pullForUpdate, splitImage } from '../../system/docker/image-pull.ts';
import { parseDf } from '../../system/os.ts';
import { pythonBeside } from '../../system/python/python-beside.ts';
import { template } from '../../system/templates.ts';
import { parseAccounts } from '../../system/web-apps/open-webui-accounts.ts';
import { parsePublicConfig } from '../../system/web-apps/open-webui-api.ts';
import { readAccounts } from '../../system/web-apps/open-webui-programs.ts';
import { lookAtContainer } from '../../tasks/containers.ts';
import { lookAtEnvFile } from '../../tasks/env-files.ts';
import { dataFolderOf, lookAtCreationSpec } from '../../tasks/open-webui/creation-spec.ts';
import { inMB } from '../../text/size.ts';
import { patienceOf } from '../container-swap.ts';
import { lookAtImages } from '../fetched-images.ts';
import type { Asked, Given, OttoOperation } from '../otto-operation.ts';
import { askDuplicates, settlementWords } from './duplicates.ts';
import { isNews, parseRelease, roomNeeded, type UpdateChoice, type UpdateFacts } from './facts.ts';
import { refusesUpdate } from './judge.ts';
import { planUpdate } from './plan.ts';

/** The runbook's 'Update Open WebUI', with a way back. */
export const updateOpenWebui: OttoOperation<UpdateFacts, UpdateChoice> = {
  id: 'update-open-webui',
  command: 'update open-webui',
  title: 'Update Open WebUI',
  help: 'fetch a newer Open WebUI, back up, switch, roll back if it fails',
  flags: {
    version: { value: 'vX.Y.Z|main', what: 'which release; without it the newest' },
    duplicates: { value: 'rename|merge', what: 'accounts whose addresses differ only in case' },
    patience: { value: 'MINUTES', what: 'how long its first start may take' },
  },
  why:
    'The new image is fetched first, while the old one keeps running. Then the database is backed up, since newer releases change it ' +
    'and cannot change it back. The old container is kept until the new one answers a chat; if that fails, both come back as they were.',
  prepare: (facts, given) => fetched(facts, imageFor(facts, given)),
  look,
  refuses: refusesUpdate,
  next: ask,
  consequence: describe,
  estimate: room,
  plan: planUpdate,
  verifies: ['open-webui', 'bridge', 'first-login'],
  summary,
};

/** Pure. What should happen to addresses that differ only in case, once the image that would refuse them is here. */
function ask(facts: UpdateFacts, given: Given): Asked<UpdateChoice> {
  const image = imageFor(facts, given);
  const common = { image, patienceSeconds: patienceOf(given.patience), at: facts.nowMs };
  const { accounts } = facts;
  // Nothing is known about another image yet: look at it first.
  if (facts.image !== image || !isNews(facts) || accounts === undefined)
    return { choice: { ...common, settlements: [] } };
  const taken = accounts.all.map(({ email }) => email);
  const asked = askDuplicates(accounts.alike, given, taken);
  return 'ask' in asked ? asked : { choice: { ...common, settlements: asked.settlements } };
}

/** Pure. */
function summary(facts: UpdateFacts): readonly string[] {
  const { container, image, config, release } = facts;
  if (container === undefined || !isNews(facts))
    return [`Open WebUI ${config?.version ?? ''} is the newest that ${image} has. Nothing was done.`];
  return [
    `Open WebUI is now ${release?.version || image}.`,
    `The backup of the database is next to it: the newest before-update file in otto-install-backups. The old image is ${container.imageId.slice(7, 19)}; when nobody needs it any more, remove it with \`docker image prune\`.`,
  ];
}

/** Pure. Which image a name leads to is known of the one that was looked at. */
const fetched = (facts: UpdateFacts, image: string) =>
  pullForUpdate(image, 'the new image', facts.image === image ? facts.namedId : undefined);

/** Pure. The tag that runs now, or the one that was asked for. */
function imageFor({ container, image }: UpdateFacts, { version }: Given): string {
  const now = container === undefined || container.image.startsWith('sha256:') ? image : container.image;
  return typeof version === 'string' ? `${splitImage(now).name}:${version}` : now;
}

async function look(host: Host, answers: Answers, choice?: UpdateChoice): Promise<UpdateFacts> {
  const place = layout(answers).openWebui;
  const container = await lookAtContainer(host, place.container);
  // An image that was named by its id (a container recreated) has no tag to follow: the answers name one.
  const named =
    container === undefined || container.image.startsWith('sha256:') ? undefined : container.image;
  const image = choice?.image ?? named ?? answers.openWebuiImage;
  const data = container === undefined ? place.data : dataFolderOf(container, place.data);
  const [images, namesNow, config, df, envFile, creationSpec] = await Promise.all([
    lookAtImages(host, image),
    container === undefined ? undefined : host.exec(inspectImageNames(container.imageId)),
    host.fetch(`http://127.0.0.1:${place.port}/api/config`, { timeoutMs: 5_000 }),
    host.exec(['df', '-B1', '--output=size,avail', data]),
    lookAtEnvFile(host, place.envFile, 'docker'),
    container === undefined ? undefined : lookAtCreationSpec(host, container),
  ]);
  const { imageId } = images;
  const beside = (made: string, program: string) =>
    host.exec(pythonBeside(made, data), { input: program, timeoutMs: 60_000 });
  const [release, accounts] = await Promise.all([
    imageId === undefined
      ? undefined
      : beside(imageId, String(template('open-webui/look-at-release.py', {}))),
    container === undefined ? undefined : beside(container.imageId, readAccounts()),
  ]);
  return {
    container,
    creationSpec,
    envFile,
    config: config.ok ? parsePublicConfig(config.body) : undefined,
    image,
    ...images,
    imageNamesNow: parseImageNames(namesNow?.stdout ?? ''),
    release: release === undefined ? undefined : parseRelease(release.stdout),
    accounts: parseAccounts(accounts?.stdout ?? ''),
    freeBytes: parseDf(df.stdout)?.free,
    nowMs: host.now(),
  };
}

/** Pure. What changes, and for how long nobody can chat. */
function describe(facts: UpdateFacts, { settlements }: UpdateChoice): string | undefined {
  const { container, imageId, release, config, image, imageNames, imageNamesNow, accounts } = facts;
  if (container === undefined || imageId === undefined || !isNews(facts)) return undefined;
  const now = `${config?.version ?? container.image} (${shortDigest(imageNamesNow, container.imageId)})`;
  const then = `${release?.version || image} (${shortDigest(imageNames, imageId)})`;
  const steps = release?.migrations;
  const form =
    steps === undefined || steps === 0
      ? 'Its database stays as it is'
      : `It changes its database in ${steps} steps, which takes from seconds to half an hour; otto-install waits for that`;
  const alike = settlementWords(accounts?.alike ?? [], settlements);
  return `Nobody can chat while Open WebUI is updated from ${now} to ${then}; nobody is signed out. ${form}.${alike === '' ? '' : ` ${alike}.`}`;
}

/** Pure. How much room there is for it. */
function room(facts: UpdateFacts): string | undefined {
  const { freeBytes, release } = facts;
  if (freeBytes === undefined || !isNews(facts)) return undefined;
  return `${inMB(freeBytes)} are free, ${inMB(roomNeeded(release?.databaseBytes ?? 0))} are needed.`;
}
