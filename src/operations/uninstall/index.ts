import { STATE_FOLDER } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import type { Host } from '../../host/host.ts';
import { lookAtContainer, OURS } from '../../tasks/containers.ts';
import { refusesBackup, surveyBackup } from '../backup/survey.ts';
import type { OttoOperation } from '../otto-operation.ts';
import { ask, type Choice, removableData } from './choice.ts';
import type { Remains } from './facts.ts';
import { lookAtRemains } from './look.ts';
import { goesWith, lastBackup, planUninstall } from './plan.ts';
import { lookForStayed, proveSwitchedOff } from './prove.ts';
import { kept, removed, told } from './told.ts';

/** Takes an Otto off the machine again: what we made, and nothing else. */
export const uninstall: OttoOperation<Remains, Choice> = {
  id: 'uninstall',
  command: 'uninstall',
  title: 'Uninstall Otto',
  help: 'remove Otto; data is kept unless you confirm twice',
  flags: {
    data: { value: 'keep|remove', what: 'accounts, chats, uploads and settings' },
    backup: { value: 'yes|no', what: 'a last backup before data is removed' },
    edited: { value: 'keep|remove', what: 'files that were edited by hand' },
    certificate: { value: 'keep|remove', what: "the certificate; Let's Encrypt issues five a week" },
    user: { value: 'keep|remove', what: 'the user that Otto ran as, and its home' },
    confirm: { value: 'DOMAIN', what: 'the domain, again, to agree that data is removed' },
  },
  why:
    'Only what otto-install made is removed. What was here before, what was edited by hand and the data stay unless you say otherwise. ' +
    'Everything is switched off first, from nginx inwards; nothing is removed for good before that is verified.',
  looksAtChoice: true,
  look,
  nothingHere,
  refuses,
  next: ask,
  consequence,
  plan: planUninstall,
  verifies: [],
  proves: proveSwitchedOff,
  told,
  toldAfterwards: async (host, facts, choice) =>
    told(facts, choice, await lookForStayed(host, facts, choice)),
};

async function look(host: Host, answers: Answers, choice?: Choice): Promise<Remains> {
  const file = choice?.backup;
  const [remains, backup] = await Promise.all([
    lookAtRemains(host, answers),
    file === undefined ? undefined : surveyBackup(host, lastBackup(file), answers),
  ]);
  return { ...remains, ...(backup === undefined ? {} : { backup }) };
}

/** Says that nothing of an Otto is here, before anybody is asked for the answers of one. */
async function nothingHere(host: Host): Promise<string | undefined> {
  const [state, ...containers] = await Promise.all([
    host.stat(`${STATE_FOLDER}/ledger.json`),
    ...['open-webui', 'paperclip'].map((name) => lookAtContainer(host, name).catch(() => undefined)),
  ]);
  const ours = containers.some((container) => container !== undefined && OURS in container.labels);
  return state === undefined && !ours
    ? 'otto-install made nothing on this machine, so there is nothing to uninstall.'
    : undefined;
}

/** Pure. */
function refuses(facts: Remains, choice: Choice): readonly Finding[] {
  const { nginx, dockerStopped } = facts;
  const { backup } = facts;
  const findings: Finding[] =
    backup === undefined || choice.backup === undefined
      ? []
      : [...refusesBackup(backup.survey, backup.said, lastBackup(choice.backup))];
  if (dockerStopped)
    findings.push({
      code: 'uninstall-docker-stopped',
      severity: 'blocked',
      saw: 'Docker is stopped, so otto-install cannot see which containers exist.',
      because: 'Containers that it does not see would stay, and start with Docker the next time.',
      fixes: [],
    });
  if (facts.halfMoved && !removableData(facts).some(({ owner }) => choice.data && owner !== undefined))
    findings.push({
      code: 'uninstall-paperclip-half-moved',
      severity: 'blocked',
      saw: 'Moving Paperclip’s data to its own user was interrupted.',
      because:
        'The data would stay, owned partly by one user and partly by another, and the container that is needed to undo that would be gone. Run `otto-install` to fix it; then uninstall.',
      fixes: [],
    });
  if (choice.data && removableData(facts).length === 0)
    findings.push({
      code: 'uninstall-data-not-ours',
      severity: 'blocked',
      saw: `otto-install made none of the data here: ${facts.data.map(({ path, stays }) => `${path}: ${stays}`).join('; ')}.`,
      because:
        'You asked to remove it, and otto-install never removes data that was here before it or that is still in use. Uninstall without --data remove: at the end it says how to remove the rest by hand.',
      fixes: [],
    });
  const sites = nginx.sites.filter(goesWith(choice));
  if (nginx.complaint !== undefined && !sites.some(({ path }) => path === nginx.complaint))
    findings.push({
      code: 'uninstall-nginx-mistake',
      severity: 'blocked',
      saw: `nginx refuses its own configuration${nginx.complaint === '' ? '' : ` because of ${nginx.complaint}`}.`,
      because:
        'otto-install could remove the site’s file, but nginx would keep using the old configuration. Run `nginx -t`, fix what it names, then uninstall.',
      fixes: [],
    });
  return findings;
}

/** Pure. */
function consequence(facts: Remains, choice: Choice): string | undefined {
  if (removed(facts, choice).length === 0) return undefined;
  const data = choice.data ? removableData(facts).map(({ path }) => path) : [];
  return [
    'Nobody can chat any more: Otto is switched off. Until that is verified, Ctrl-C or a power cut brings it back.',
    `After that ${data.length === 0 ? 'it cannot be stopped' : `${data.join(', ')} and the rest are deleted for good`}. If the uninstall is cut off then, the next start of otto-install finishes it.`,
    `Stays: ${kept(facts, choice)
      .map((line) => line.split(/[:.(] /)[0]?.trim() ?? line)
      .join('; ')}.`,
  ].join(' ');
}
