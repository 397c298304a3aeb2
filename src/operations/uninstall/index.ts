import type { Answers } from '../../answers/schema.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import type { Host } from '../../host/host.ts';
import { lookAtAllContainers } from '../../tasks/all-containers.ts';
import { OURS } from '../../tasks/containers.ts';
import { found } from '../../tasks/finding.ts';
import type { Finding as BackupFinding } from '../backup/findings.ts';
import { refusesBackup, surveyBackup } from '../backup/survey.ts';
import type { OttoOperation } from '../otto-operation.ts';
import { ask, type Choice, removableData } from './choice.ts';
import type { Remains } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { lookAtRemains } from './look.ts';
import { goesWith, lastBackup, planUninstall } from './plan.ts';
import { lookForStayed, proveSwitchedOff } from './prove.ts';
import { kept, removed, summary } from './summary.ts';

/** Removes an Otto from the machine: what we made, and nothing else. */
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
  summary,
  summaryAfter: async (host, facts, choice) =>
    summary(facts, choice, await lookForStayed(host, facts, choice)),
};

async function look(host: Host, answers: Answers, choice?: Choice): Promise<Remains> {
  const file = choice?.backup;
  const [remains, backup] = await Promise.all([
    lookAtRemains(host, answers),
    file === undefined ? undefined : surveyBackup(host, lastBackup(file), answers),
  ]);
  return { ...remains, ...(backup === undefined ? {} : { backup }) };
}

/** Says that there is no trace of an Otto here, before asking anybody for its answers. */
async function nothingHere(host: Host): Promise<string | undefined> {
  // By the label: somebody may have renamed it.
  const [state, containers] = await Promise.all([
    host.stat(`${STATE_DIR}/ledger.json`),
    lookAtAllContainers(host).catch(() => []),
  ]);
  const ours = containers.some(({ labels }) => OURS in labels);
  return state === undefined && !ours
    ? 'otto-install made nothing on this machine, so there is nothing to uninstall.'
    : undefined;
}

/** Pure. */
function refuses(facts: Remains, choice: Choice): readonly (Finding | BackupFinding)[] {
  const { nginx, dockerStopped } = facts;
  const { backup } = facts;
  const findings: (Finding | BackupFinding)[] =
    backup === undefined || choice.backup === undefined
      ? []
      : [...refusesBackup(backup.survey, backup.said, lastBackup(choice.backup))];
  if (dockerStopped)
    findings.push(
      found(FINDINGS['uninstall-docker-stopped'], {
        evidence: 'Docker is stopped, so otto-install cannot see which containers exist.',
      }),
    );
  if (facts.halfMoved && !removableData(facts).some(({ owner }) => choice.data && owner !== undefined))
    findings.push(
      found(FINDINGS['uninstall-paperclip-half-moved'], {
        evidence: 'Moving Paperclip’s data to its own user was interrupted.',
      }),
    );
  if (choice.data && removableData(facts).length === 0)
    findings.push(
      found(FINDINGS['uninstall-data-not-ours'], {
        evidence: `otto-install made none of the data here: ${facts.data.map(({ path, stays }) => `${path}: ${stays}`).join('; ')}.`,
      }),
    );
  const sites = nginx.sites.filter(goesWith(choice));
  if (nginx.complaint !== undefined && !sites.some(({ path }) => path === nginx.complaint))
    findings.push(
      found(FINDINGS['uninstall-nginx-mistake'], {
        evidence: `nginx refuses its own configuration${nginx.complaint === '' ? '' : ` because of ${nginx.complaint}`}.`,
      }),
    );
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
