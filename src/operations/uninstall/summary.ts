import { LOG_DIR, STATE_DIR } from '../../engine/records/state-dir.ts';
import { isOpenWebui, isPaperclip } from '../../tasks/all-containers.ts';
import { type Choice, removableData, removesAccount, serviceFiles } from './choice.ts';
import type { Remains } from './facts.ts';
import { goesWith, rulesThatGo, unusedImages } from './plan.ts';

/** What should have gone and is still there: names of images, of the certificate, of the user, the user's home, the account of Paperclip. */
export type Stayed = ReadonlySet<string>;

const NOTHING: Stayed = new Set();

/** What goes, each as an operator knows it. Pure. */
export function removed(facts: Remains, choice: Choice, stayed = NOTHING): readonly string[] {
  const { containers, cli, ownCopy, user, account, certificate } = facts;
  const ours = containers.filter((one) => one.ours).map(({ name }) => name);
  const images = unusedImages(facts).filter((name) => !stayed.has(name));
  const rules = rulesThatGo(facts, choice);
  return [
    ...serviceFiles(facts)
      .filter(goesWith(choice))
      .map(({ path }) => path),
    ...(ours.length === 0 ? [] : [`containers ${ours.join(', ')}`]),
    ...(images.length === 0 ? [] : [`images ${images.join(', ')}`]),
    ...(rules.length === 0 ? [] : [`UFW’s rules "allow ${rules.join('", "allow ')}"`]),
    ...(cli.folder === undefined ? [] : [`the Claude CLI in ${cli.folder}`]),
    ...[...(ownCopy.command === undefined ? [] : [ownCopy.command]), ...ownCopy.folders],
    ...(choice.data ? removableData(facts).flatMap(({ path, files }) => [path, ...files]) : []),
    ...(account !== undefined && removesAccount(facts, choice) && !stayed.has(account.name)
      ? [`the account ${account.name}`]
      : []),
    ...(choice.certificate && certificate !== undefined && !stayed.has(certificate.name)
      ? [`the certificate for ${certificate.name}`]
      : []),
    ...(choice.user && user !== undefined && !stayed.has(user.name)
      ? [`the user ${user.name}${stayed.has(user.home) ? '' : ` with ${user.home}`}`]
      : []),
  ];
}

/** What stays, each with how to remove it by hand. Pure. */
export function kept(facts: Remains, choice: Choice, stayed = NOTHING): readonly string[] {
  const { containers, images, data, user, account, certificate, backups, elsewhere, rules, state } = facts;
  const goes = goesWith(choice);
  const going = choice.data ? removableData(facts) : [];
  const staying = data.filter((one) => !going.includes(one));
  const goingRules = rulesThatGo(facts, choice);
  const byHand = containers.filter(
    ({ ours, container }) => !ours && (isOpenWebui(container) || isPaperclip(container)),
  );
  return [
    ...serviceFiles(facts)
      .filter((file) => !goes(file))
      .map(({ path, whose }) =>
        [
          `${path}: ${whose === 'edited' ? 'edited by hand' : 'not made by otto-install'}.`,
          byHandOf(path),
        ].join(' '),
      ),
    ...byHand.map(({ name }) => `The container ${name}: not made by otto-install. docker rm -f ${name}`),
    ...images
      .filter(({ usedBy }) => usedBy.length > 0)
      .map(({ name, usedBy }) => `The image ${name}: used by ${usedBy.join(', ')}`),
    ...unusedImages(facts)
      .filter((name) => stayed.has(name))
      .map((name) => `The image ${name}: Docker did not remove it. docker image rm ${name}`),
    ...staying.map(
      ({ path, files, what, stays }) =>
        `${path}: ${what}${stays === undefined ? '' : ` (${stays})`}. rm -rf ${[path, ...files].join(' ')}`,
    ),
    ...rules
      .filter((rule) => !goingRules.includes(rule))
      .map((rule) => `UFW’s rule "allow ${rule}": what stays here needs it. ufw delete allow ${rule}`),
    ...(certificate === undefined || (choice.certificate && !stayed.has(certificate.name))
      ? []
      : [`The certificate for ${certificate.name}. certbot delete --cert-name ${certificate.name}`]),
    ...(user !== undefined && choice.user && !stayed.has(user.name) && stayed.has(user.home)
      ? [`${user.home}: not all of it could be removed. rm -rf ${user.home}`]
      : []),
    ...(user === undefined || (choice.user && !stayed.has(user.name))
      ? []
      : [`The user ${user.name} with ${user.home}. userdel --remove ${user.name}`]),
    ...(account === undefined || (removesAccount(facts, choice) && !stayed.has(account.name))
      ? []
      : [
          `The account ${account.name}${account.made ? '' : ' (not made by otto-install)'}: ${
            staying.some(({ owner }) => owner === account.name)
              ? 'Paperclip’s data belongs to it, so no other account may get its number. Once that data is gone:'
              : 'nobody can log in as it.'
          } userdel ${account.name}`,
        ]),
    ...backups.map((path) =>
      path.endsWith('passphrase')
        ? `${path}: opens the backups that were made at night. rm ${path}`
        : `${path}: the backups. rm -rf ${path}`,
    ),
    ...elsewhere.map((path) => `${path}: changed by otto-install, and needed by more than Otto`),
    'The packages (Docker, nginx, certbot, …), and UFW with its rules for SSH as they are',
    ...(state
      ? [
          `otto-install with ${choice.data ? 'its Node and the log of this run' : 'its answers, journals and logs'}. rm -rf ${STATE_DIR} ${LOG_DIR}`,
        ]
      : []),
  ];
}

/** How a file of the service is removed by hand. */
function byHandOf(path: string): string {
  if (path.startsWith('/etc/nginx/')) return `rm ${path} && nginx -t && systemctl reload nginx`;
  const unit = /^\/etc\/systemd\/system\/([^/]+)$/.exec(path)?.[1];
  return unit === undefined ? `rm ${path}` : `systemctl disable --now ${unit}; rm ${path}`;
}

/** What the operator reads at the good end. Pure. */
export function summary(facts: Remains, choice: Choice, stayed = NOTHING): readonly string[] {
  const gone = removed(facts, choice, stayed);
  const left = kept(facts, choice, stayed);
  const later = removableData(facts).length > 0 && !choice.data;
  return [
    ...(gone.length > 0
      ? ['Removed:', ...gone.map((line) => `  ${line}`)]
      : [later ? 'Only the data is left to remove.' : 'Nothing that otto-install made is left to remove.']),
    ...(choice.backup === undefined
      ? []
      : ['The last backup, and how to restore it:', `  otto-install restore --from ${choice.backup}`]),
    'Stays (and how to remove it by hand):',
    ...left.map((line) => `  ${line}`),
    ...(hermesGoesOn(facts, choice)
      ? ['Hermes keeps the settings that it was started with until it starts again.']
      : []),
    ...(later
      ? [
          facts.ownCopy.command === undefined
            ? 'To set Otto up again with its data: otto-install'
            : 'To set Otto up again with its data, start otto-install as the first time: the .run file, or cd / && npx -y otto-install',
        ]
      : []),
  ];
}

/** Its drop-in is gone, and it was not ours to restart. */
function hermesGoesOn({ units, helpers }: Remains, choice: Choice): boolean {
  const goes = goesWith(choice);
  const stays = units.some(
    ({ name, unit, ...file }) => name.startsWith('hermes-') && unit.active === 'active' && !goes(file),
  );
  return stays && helpers.some((file) => goes(file) && file.path.includes('/hermes-gateway.service.d/'));
}
