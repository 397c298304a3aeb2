import type { Answers } from '../../answers/schema.ts';
import type { OperationPlan } from '../../engine/contracts/operation.ts';
import type { Host } from '../../host/host.ts';
import { object, parseJson, text } from '../../system/formats/json.ts';
import { type AptState, installActions, judgeApt, lookAtApt } from '../../tasks/apt-state.ts';
import { found } from '../../tasks/finding.ts';
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
  /** Only where gpg is missing. */
  readonly apt: AptState | undefined;
}

/** One archive of everything that this Otto would miss, now or every night. */
export const backup: OttoOperation<BackupFacts, BackupChoice> = {
  id: 'backup',
  command: 'backup',
  title: 'Back up',
  help: 'one checked archive of everything, now or every night',
  flags: {
    to: { value: 'FILE|FOLDER', what: 'where the archive goes' },
    encrypt: { value: 'yes|no', what: 'lock it with a passphrase' },
    daily: { value: 'yes|no', what: 'one every night, or no more of them' },
    keep: { value: 'N', what: 'how many of the nightly ones are kept' },
  },
  secretFlags: { passphrase: 'the passphrase that locks it' },
  why:
    'Accounts, chats, uploads, keys, configuration and certificate go into one archive that only root can read. Databases are copied ' +
    "through their own backups, Paperclip's while it is held still for a second; everybody goes on working. The archive counts once it was read back whole.",
  looksAtChoice: true,
  look,
  refuses,
  plan,
  verifies: [],
  proves,
  next: askBackup,
  told,
};

async function look(host: Host, answers: Answers, choice?: BackupChoice): Promise<BackupFacts> {
  const wish =
    choice === undefined || choice.kind === 'end-daily'
      ? { folder: BACKUP_FOLDER, file: undefined, encrypt: false }
      : choice.wish;
  const [{ survey, said }, timer] = await Promise.all([
    surveyBackup(host, wish, answers),
    host.stat(DAILY_TIMER),
  ]);
  return {
    survey,
    said,
    apt: survey?.gpg === false ? await lookAtApt(host) : undefined,
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

/** Pure. gpg, which locks the archive, is on Ubuntu and not on every Debian. */
function plan({ apt, daily }: BackupFacts, choice: BackupChoice, answers: Answers): OperationPlan {
  if (choice.kind === 'end-daily') return daily ? planEndDaily() : { steps: [] };
  const gpg = choice.wish.encrypt && apt !== undefined ? installActions(apt, ['gpg']) : [];
  const first = gpg.map((action) => ({ do: action }));
  if (choice.kind === 'now') return { steps: [...first, backupStep(choice.wish, answers)] };
  const nightly = planDaily(choice.wish, answers, { wasThere: daily });
  return { ...nightly, steps: [...first, ...nightly.steps] };
}

/** That the archive is there, or that the service of the night made one. */
async function proves(host: Host, _: BackupFacts, choice: BackupChoice): Promise<readonly Finding[]> {
  if (choice.kind === 'end-daily') return [];
  const last = object(parseJson((await host.readFile(LAST_BACKUP)) ?? ''));
  const path = choice.kind === 'now' ? choice.wish.file : text(last.archive);
  const there = path === '' ? undefined : await host.stat(path);
  const well = last.ok === true && (choice.kind === 'now' || last.daily === true);
  if (well && there?.kind === 'file' && there.mode === 0o600) return [];
  return [
    found(FINDINGS['backup-not-proved'], {
      evidence: `There is no whole backup${path === '' ? '' : ` at ${path}`}${text(last.error) === '' ? '' : `: ${text(last.error)}`}.`,
    }),
  ];
}

/** Pure. */
function told({ daily }: BackupFacts, choice: BackupChoice): readonly string[] {
  switch (choice.kind) {
    case 'end-daily':
      return [
        daily
          ? 'No backup is made at night any more. Those that were made stay.'
          : 'No backup was made at night. Nothing was done.',
      ];
    case 'daily':
      return [
        `A backup is made every night into ${choice.wish.folder}; the newest ${choice.wish.keep} are kept. The first one was made just now.`,
        ...(choice.wish.encrypt ? [KEEP_PASSPHRASE] : []),
        ELSEWHERE,
      ];
    case 'now':
      return [
        `The backup is ${choice.wish.file}. It was read back and is whole.`,
        ...(choice.wish.encrypt ? [KEEP_PASSPHRASE] : []),
        `To go back to it: otto-install restore --from ${choice.wish.file}`,
        ELSEWHERE,
      ];
  }
}

const KEEP_PASSPHRASE = 'Keep the passphrase where you keep others: without it nobody can restore this.';
const ELSEWHERE =
  'Copy it to another machine as well, with scp for example: a backup that is lost with the droplet is none.';
