import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { LETSENCRYPT_FOLDER } from '../../system/certificates/certbot.ts';
import { inspectImage } from '../../system/docker/docker.ts';
import { found } from '../../tasks/finding.ts';
import { type Choice, removesAccount } from './choice.ts';
import type { PlacedContainer, Remains } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { lookAtRemains } from './look.ts';
import { goesWith, unusedImages } from './plan.ts';
import type { Stayed } from './summary.ts';

/** Before anything is given up for good: what is switched off is off, and nothing else is. Empty: it holds. */
export async function proveSwitchedOff(
  host: Host,
  before: Remains,
  choice: Choice,
  answers: Answers,
): Promise<readonly Finding[]> {
  return judgeSwitchedOff(before, await lookAtRemains(host, answers), choice);
}

/** Pure. */
export function judgeSwitchedOff(before: Remains, after: Remains, choice: Choice): readonly Finding[] {
  const goes = goesWith(choice);
  const stillThere = [
    ...after.nginx.sites.filter(goes).map(({ path }) => path),
    ...[...after.units, ...after.helpers].filter(goes).map(({ path }) => path),
    ...after.containers.filter(({ ours, container }) => ours && isRunning(container)).map(({ name }) => name),
  ];
  const gone = [
    ...before.nginx.others.filter((name) => !after.nginx.others.includes(name)),
    ...before.containers
      .filter(({ ours, container }) => !ours && isRunning(container))
      .filter(
        ({ container }) =>
          !after.containers.some((one) => one.container.id === container.id && isRunning(one.container)),
      )
      .map(({ name }) => name),
    ...before.data.map(({ path }) => path).filter((path) => !after.data.some((one) => one.path === path)),
    ...(before.nginx.active && !after.nginx.active ? ['nginx'] : []),
  ];
  return [
    ...stillThere.map((what) =>
      found(FINDINGS['uninstall-still-there'], { evidence: `${what} still exists or still runs.` }),
    ),
    ...gone.map((what) =>
      found(FINDINGS['uninstall-took-too-much'], {
        evidence: `${what} is gone or stopped, but should have stayed.`,
      }),
    ),
  ];
}

const isRunning = ({ status }: PlacedContainer['container']): boolean => status === 'running';

/** What should have gone and is still there; that does no harm. */
export async function lookForStayed(host: Host, facts: Remains, choice: Choice): Promise<Stayed> {
  const { certificate, user } = facts;
  const stayed = await Promise.all([
    ...unusedImages(facts).map(async (name) =>
      (await host.exec(inspectImage(name), quick)).exitCode === 0 ? [name] : [],
    ),
    ...(choice.certificate && certificate !== undefined
      ? [
          host
            .stat(`${LETSENCRYPT_FOLDER}/renewal/${certificate.name}.conf`)
            .then((stat) => (stat === undefined ? [] : [certificate.name])),
        ]
      : []),
    ...(choice.user && user !== undefined
      ? [
          accountThere(host, user.name),
          host.stat(user.home).then((stat) => (stat === undefined ? [] : [user.home])),
        ]
      : []),
    ...(removesAccount(facts, choice) && facts.account !== undefined
      ? [accountThere(host, facts.account.name)]
      : []),
  ]);
  return new Set(stayed.flat());
}

const quick = { timeoutMs: 30_000 };

const accountThere = (host: Host, name: string): Promise<readonly string[]> =>
  host.exec(['getent', 'passwd', name], quick).then(({ exitCode }) => (exitCode === 0 ? [name] : []));
