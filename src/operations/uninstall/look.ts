import { type Layout, layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { type NotedFile, notedFiles } from '../../engine/records/ledger.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import type { Host } from '../../host/host.ts';
import type { PlacedFile, Remains, Whose } from './facts.ts';
import { lookAtCertificate, lookAtCli, lookAtRules, lookAtSignIns, lookAtUser } from './look-around.ts';
import { lookAtData, present } from './look-data.ts';
import { hasPortRules, lookAtPaperclip } from './look-rest.ts';
import { lookAtContainers, lookAtImages, lookAtNginx, lookAtUnits } from './look-service.ts';
import { lookAtOrigins, type Origins } from './origins.ts';
import { withoutCertbot } from './site.ts';

/** Programs that our units run. */
const PROGRAMS = '/usr/local/lib/otto-install';
const BACKUPS = ['/var/backups/otto-install', '/etc/otto-install/backup-passphrase'];

/** Looks at everything that an Otto may have left on this machine, and at the evidence of whose it is. */
export async function lookAtRemains(host: Host, answers: Answers): Promise<Remains> {
  const place = layout(answers);
  const [origins, noted] = await Promise.all([lookAtOrigins(host, place), notedFiles(host)]);
  const files = await Promise.all(noted.map((file) => lookAtFile(host, file, origins)));
  const placed = files.flatMap((file) => file ?? []);
  const [nginx, known] = await Promise.all([
    lookAtNginx(host, placed, answers.domain),
    lookAtContainers(host),
  ]);
  const containers = known ?? [];
  const [units, images, rules, cli, user, certificate, state, signIns, backups, paperclip] =
    await Promise.all([
      lookAtUnits(host, placed, place),
      known === undefined ? [] : lookAtImages(host, origins.made('image'), containers),
      lookAtRules(host, origins),
      lookAtCli(host, origins, place),
      lookAtUser(host, origins, place),
      lookAtCertificate(host, origins, answers.domain, nginx.servers),
      host.stat(`${STATE_DIR}/ledger.json`),
      lookAtSignIns(host, origins, place),
      present(host, BACKUPS),
      lookAtPaperclip(host, origins),
    ]);
  const helpers = placed.filter(({ path }) =>
    [place.hermes.dropIns, PROGRAMS].some((folder) => path.startsWith(`${folder}/`)),
  );
  const accounted = new Set([...nginx.sites, ...units, ...helpers].map(({ path }) => path));
  const data = await lookAtData(host, { origins, placed, containers, units, place });
  return {
    domain: answers.domain,
    nginx,
    dockerStopped: known === undefined,
    containers,
    images,
    units,
    helpers,
    rules,
    cli,
    data,
    signIns,
    user,
    ...paperclip,
    portRules: await hasPortRules(host),
    backups,
    certificate,
    elsewhere: placed
      .map(({ path }) => path)
      .filter((path) => !accounted.has(path) && !belongs(path, place))
      .sort(),
    state: state !== undefined,
    nowMs: host.now(),
  };
}

/** Whether a file goes with the data, or with what the wizard remembers. */
function belongs(path: string, { hermes, opt, openWebui, paperclip, home }: Layout): boolean {
  return (
    BACKUPS.includes(path) ||
    [STATE_DIR, hermes.home, opt, openWebui.data, paperclip.data, home].some((folder) =>
      path.startsWith(`${folder}/`),
    )
  );
}

async function lookAtFile(
  host: Host,
  { path, found, isOurs: asWritten }: NotedFile,
  { wasThere }: Origins,
): Promise<PlacedFile | undefined> {
  // We do not know whose it is when it is there but cannot be read.
  const content = await host.readFile(path).catch(() => false as const);
  if (content === undefined) return undefined;
  const whose: Whose =
    content === false || wasThere(path, found)
      ? 'not-ours'
      : asWritten(content) || asWritten(withoutCertbot(content))
        ? 'ours'
        : 'edited';
  return { path, whose };
}
