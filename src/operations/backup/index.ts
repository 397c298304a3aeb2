import type { Answers } from '../../answers/schema.ts';
import type { OperationPlan } from '../../engine/contracts/operation.ts';
import type { Host } from '../../host/host.ts';
import { list, object, parseJson, text } from '../../system/formats/json.ts';
import { type AptState, installActions, judgeApt, lookAtApt, withOffers } from '../../tasks/apt-state.ts';
import { found } from '../../tasks/finding.ts';
import {
  lookElsewhere,
  ofAnotherUser,
  type RunningElsewhere,
} from '../../tasks/hermes-code/running-elsewhere.ts';
import type { OttoOperation } from '../otto-operation.ts';
import { askBackup, type BackupAsking, type BackupChoice } from './ask.ts';
import { DAILY_TIMER, planDaily, planEndDaily } from './daily.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { backupStep } from './plan.ts';
import { BACKUP_FOLDER, LAST_BACKUP } from './program.ts';
import { type BackupSurvey, refusesBackup, surveyBackup } from './survey.ts';

interface BackupFacts extends BackupAsking {
  readonly survey: BackupSurvey | undefined;
  /** Why there is no survey. */
  readonly said: string;
  /** The Hermes that answers, where it is another user's: what it has learned is not in the archive. */
  readonly elsewhere?: RunningElsewhere | undefined;
  /** Only where gpg is missing. */
  readonly apt: AptState | undefined;
}

/** One archive of everything that this Otto needs, now or every night. */
export const backup: OttoOperation<BackupFacts, BackupChoice> = {
  id: 'backup',
  command: 'backup',
  title: 'Back up',
  help: 'one checked archive of everything, now or every night',
  flags: {
    to: { value: 'FILE|FOLDER', what: 'where the archive goes' },
    encrypt: { value: 'yes|no', what: 'lock it with a passphrase' },
    daily: { value: 'yes|no', what: 'one every night, or no nightly ones any more' },
    keep: { value: 'N', what: 'how many nightly ones to keep' },
  },
  secretFlags: { passphrase: 'the passphrase that locks it' },
  why:
    'Accounts, chats, uploads, keys, configuration and certificate go into one archive that only root can read. Each database copies ' +
    'itself with its own backup tool; Paperclip pauses for a second, and everybody can keep working. The archive counts only once it has been read back in full.',
  looksAtChoice: true,
  look,
  refuses,
  consequence: (facts, { kind }) =>
    kind === 'end-daily' ? undefined : notInIt(facts).join(' ') || undefined,
  plan,
  verifies: [],
  proves,
  next: askBackup,
  summaryAfter: async (host, facts, choice) => summary(facts, choice, damagedIn(await lastOf(host))),
};

async function look(host: Host, answers: Answers, choice?: BackupChoice): Promise<BackupFacts> {
  const wish =
    choice === undefined || choice.kind === 'end-daily'
      ? { folder: BACKUP_FOLDER, file: undefined, encrypt: false }
      : choice.wish;
  const [{ survey, said }, timer, elsewhere] = await Promise.all([
    surveyBackup(host, wish, answers),
    host.stat(DAILY_TIMER),
    lookElsewhere(host, answers),
  ]);
  return {
    survey,
    said,
    elsewhere,
    apt: survey?.gpg === false ? await withOffers(host, await lookAtApt(host), ['gpg']) : undefined,
    daily: timer !== undefined,
    domain: answers.domain,
    nowMs: host.now(),
  };
}

/** Pure. */
function refuses({ survey, said, apt }: BackupFacts, choice: BackupChoice): readonly Finding[] {
  if (choice.kind === 'end-daily') return [];
  const refused = refusesBackup(survey, said, choice.wish);
  const inTheWay =
    refused.length === 0 && choice.wish.encrypt && apt !== undefined ? judgeApt(apt) : undefined;
  if (inTheWay === undefined) return refused;
  return [
    'busy' in inTheWay
      ? found(FINDINGS['backup-apt-busy'], inTheWay.busy)
      : found(FINDINGS['backup-dpkg-interrupted'], inTheWay.interrupted),
  ];
}

/** Pure. gpg, which encrypts the archive, is on every Ubuntu but not on every Debian. */
function plan({ apt, daily }: BackupFacts, choice: BackupChoice, answers: Answers): OperationPlan {
  if (choice.kind === 'end-daily') return daily ? planEndDaily() : { steps: [] };
  const gpg = choice.wish.encrypt && apt !== undefined ? installActions(apt, ['gpg']) : [];
  const first = gpg.map((action) => ({ do: action }));
  if (choice.kind === 'now') return { steps: [...first, backupStep(choice.wish, answers)] };
  const nightly = planDaily(choice.wish, answers, { wasThere: daily });
  return { ...nightly, steps: [...first, ...nightly.steps] };
}

const lastOf = async (host: Host) => object(parseJson((await host.readFile(LAST_BACKUP)) ?? ''));

/** Pure. What was damaged before the backup was made, with what SQLite says. */
const damagedIn = (last: Readonly<Record<string, unknown>>): readonly string[] =>
  list(last.damaged).map(text);

/** That the archive is there, or that the service of the night made one; and what in it is damaged. */
async function proves(host: Host, _: BackupFacts, choice: BackupChoice): Promise<readonly Finding[]> {
  if (choice.kind === 'end-daily') return [];
  const last = await lastOf(host);
  const path = choice.kind === 'now' ? choice.wish.file : text(last.archive);
  const there = path === '' ? undefined : await host.stat(path);
  const well = last.ok === true && (choice.kind === 'now' || last.daily === true);
  const damaged = damagedIn(last);
  if (well && there?.kind === 'file' && there.mode === 0o600)
    return damaged.length === 0
      ? []
      : [found(FINDINGS['backup-holds-damage'], { evidence: `Damaged: ${damaged.join('; ')}.` })];
  return [
    found(FINDINGS['backup-not-proved'], {
      evidence: `There is no complete backup${path === '' ? '' : ` at ${path}`}${text(last.error) === '' ? '' : `: ${text(last.error)}`}.`,
    }),
  ];
}

/** Pure. A backup is not called complete without what this Otto uses elsewhere: what the agent knows, accounts, the certificate. */
function notInIt({ elsewhere, survey }: BackupFacts): readonly string[] {
  const hermes =
    elsewhere === undefined
      ? []
      : [`${ofAnotherUser(elsewhere)} That is not in the backup: copy ${elsewhere.home} as well.`];
  return [...hermes, ...(survey?.elsewhere ?? [])];
}

/** Pure. */
function summary(facts: BackupFacts, choice: BackupChoice, damaged: readonly string[]): readonly string[] {
  const without = notInIt(facts);
  switch (choice.kind) {
    case 'end-daily':
      return [
        facts.daily
          ? 'The nightly backup is off. Existing backups stay.'
          : 'The nightly backup was off already. Nothing was done.',
      ];
    case 'daily':
      return [
        `A backup is made every night into ${choice.wish.folder}; the newest ${choice.wish.keep} are kept. The first one was made just now.`,
        ...without,
        ...(choice.wish.encrypt ? [KEEP_PASSPHRASE] : []),
        ELSEWHERE,
      ];
    case 'now':
      return [
        `The backup is ${choice.wish.file}. It was read back${damaged.length + without.length === 0 ? ' and is complete' : ''}.`,
        ...without,
        ...(choice.wish.encrypt ? [KEEP_PASSPHRASE] : []),
        `To restore it: otto-install restore --from ${choice.wish.file}`,
        ELSEWHERE,
      ];
  }
}

const KEEP_PASSPHRASE =
  'Store the passphrase with your other passwords: without it nobody can restore this backup.';
const ELSEWHERE =
  'Copy it to another machine as well, for example with scp. A backup that exists only on the droplet is lost with it.';
