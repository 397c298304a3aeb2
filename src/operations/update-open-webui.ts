import type { Answers } from '../answers.ts';
import type { Host } from '../host/host.ts';
import { inspectImage, inspectImageNames, parseImageNames } from '../system/docker.ts';
import { pullImage, splitImage } from '../system/image-pull.ts';
import { parseAccounts } from '../system/open-webui-accounts.ts';
import { parsePublicConfig } from '../system/open-webui-api.ts';
import { parseDf } from '../system/os.ts';
import { lookAtContainer } from '../tasks/containers.ts';
import { layout } from '../tasks/layout.ts';
import { lookAtMaking } from '../tasks/open-webui/making.ts';
import { template } from '../templates.ts';
import type { Given, OttoOperation } from './otto-operation.ts';
import { pythonBeside } from './python-beside.ts';
import { parseRelease, type UpdateFacts } from './update-open-webui/facts.ts';
import { refusesUpdate } from './update-open-webui/judge.ts';
import { planUpdate } from './update-open-webui/plan.ts';

interface UpdateChoice {
  /** The image to run: 'ghcr.io/open-webui/open-webui:v0.12.4'. */
  readonly image: string;
}

/** The runbook's 'Update Open WebUI', with a way back. */
export const updateOpenWebui: OttoOperation<UpdateFacts, UpdateChoice> = {
  id: 'update-open-webui',
  command: 'update open-webui',
  title: 'Update Open WebUI',
  help: 'fetch a newer Open WebUI, back up, change over, go back if it fails',
  flags: { version: 'vX.Y.Z|main' },
  why:
    'The new image is fetched first, while the old one serves. Then the database is backed up, since newer releases change its form ' +
    'and cannot change it back. The old container is kept until the new one answers a chat; otherwise both come back as they were.',
  prepare: (facts, given) => pullImage(imageFor(facts, given), 'the new image'),
  look,
  refuses: refusesUpdate,
  next: (facts, given) => ({ choice: { image: imageFor(facts, given) } }),
  consequence: describe,
  plan: (facts, _, answers) => planUpdate(facts, answers),
  verifies: ['open-webui', 'bridge', 'first-login'],
  told: (facts) => [
    facts.imageId === facts.container?.imageId
      ? `Open WebUI ${facts.config?.version ?? ''} is the newest that ${facts.image} has. Nothing was done.`
      : `Open WebUI is now ${facts.release?.version || facts.image}. The backup from before is in otto-install-backups, beside the database.`,
  ],
};

/** Pure. The tag that runs now, or the one that was asked for. */
function imageFor({ container, image }: UpdateFacts, { version }: Given): string {
  const now = container === undefined || container.image.startsWith('sha256:') ? image : container.image;
  return typeof version === 'string' ? `${splitImage(now).name}:${version}` : now;
}

async function look(host: Host, answers: Answers, choice?: UpdateChoice): Promise<UpdateFacts> {
  const place = layout(answers).openWebui;
  const container = await lookAtContainer(host, place.container);
  // An image that was named by its id (a container made anew) has no tag to follow: the answers name one.
  const named =
    container === undefined || container.image.startsWith('sha256:') ? undefined : container.image;
  const image = choice?.image ?? named ?? answers.openWebuiImage;
  const [id, names, config, df, envFile, making] = await Promise.all([
    host.exec(inspectImage(image)),
    host.exec(inspectImageNames(image)),
    host.fetch(`http://127.0.0.1:${place.port}/api/config`, { timeoutMs: 5_000 }),
    host.exec(['df', '-B1', '--output=size,avail', place.data]),
    host.readFile(place.envFile),
    container === undefined ? undefined : lookAtMaking(host, container),
  ]);
  const imageId = id.exitCode === 0 ? id.stdout.trim() : undefined;
  const [release, accounts] = await Promise.all([
    imageId === undefined
      ? undefined
      : host.exec(pythonBeside(imageId, place.data), {
          input: template('open-webui/look-at-release.py', {}),
          timeoutMs: 60_000,
        }),
    host.exec(['python3', '-I', '-'], {
      input: template('open-webui/read-accounts.py', { folder: JSON.stringify(place.data) }),
      timeoutMs: 30_000,
    }),
  ]);
  return {
    container,
    making,
    envFile,
    config: config.ok ? parsePublicConfig(config.body) : undefined,
    image,
    imageId,
    imageNames: parseImageNames(names.stdout),
    release: release === undefined ? undefined : parseRelease(release.stdout),
    accounts: parseAccounts(accounts.stdout),
    freeBytes: parseDf(df.stdout)?.free,
    nowMs: host.now(),
  };
}

/** Pure. What changes, and for how long nobody can chat. */
function describe({
  container,
  imageId,
  release,
  config,
  image,
  imageNames,
}: UpdateFacts): string | undefined {
  if (container === undefined || imageId === undefined || imageId === container.imageId) return undefined;
  const digest = imageNames?.digests[0]?.split('@')[1]?.slice(0, 19);
  const steps = release?.migrations;
  const form =
    steps === undefined || steps === 0
      ? 'The form of its database stays.'
      : `Its database changes its form in ${steps} steps, which takes from seconds to half an hour and is waited for.`;
  return `From ${config?.version ?? container.image} to ${release?.version || image}${digest === undefined ? '' : ` (${digest}…)`}. ${form} Nobody can chat meanwhile; nobody is signed out.`;
}
