import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { list, object, parseJson, text } from '../../system/formats/json.ts';
import { found } from '../../tasks/finding.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { type BackupWish, backupProgram, pythonHere } from './program.ts';

/** What templates/backup/make.py says before it makes anything. */
export interface BackupSurvey {
  readonly files: number;
  readonly bytes: number;
  /** Bytes that must be free while it is made, and that are. */
  readonly needed: number;
  readonly free: number;
  /** There is a database of Open WebUI. */
  readonly database: boolean;
  /** What this Otto uses and the archive will not hold, a sentence each. */
  readonly elsewhere: readonly string[];
  readonly gpg: boolean;
  /** A file with the archive's name already exists. */
  readonly taken: boolean;
  /** Why the folder cannot be used; '' when it can. */
  readonly folderProblem: string;
}

/** Asks how much there is to back up. Undefined when the program did not answer, with what was said. */
export async function surveyBackup(
  host: Host,
  wish: BackupWish,
  answers: Answers,
): Promise<{ readonly survey: BackupSurvey | undefined; readonly said: string }> {
  const { stdout, stderr } = await host.exec(pythonHere('survey'), {
    input: backupProgram({ ...wish, encrypt: false }, answers),
    timeoutMs: 120_000,
  });
  return { survey: parseSurvey(stdout), said: stderr.trim().split('\n').at(-1) ?? '' };
}

/** Pure. */
export function parseSurvey(stdout: string): BackupSurvey | undefined {
  const found = object(parseJson(stdout));
  if (typeof found.needed !== 'number') return undefined;
  return {
    files: Number(found.files),
    bytes: Number(found.bytes),
    needed: found.needed,
    free: Number(found.free),
    database: found.database === true,
    elsewhere: list(found.elsewhere).map(text),
    gpg: found.gpg === true,
    taken: found.taken === true,
    folderProblem: text(found.folderProblem),
  };
}

/** Pure. Why no backup can be made; empty when one can. */
export function refusesBackup(
  survey: BackupSurvey | undefined,
  said: string,
  wish: Pick<BackupWish, 'folder' | 'file'>,
): readonly Finding[] {
  const why = whyNot(survey, said, wish);
  return why === undefined ? [] : [why];
}

function whyNot(
  survey: BackupSurvey | undefined,
  said: string,
  { folder, file }: Pick<BackupWish, 'folder' | 'file'>,
): Finding | undefined {
  if (survey === undefined)
    return found(FINDINGS['backup-not-surveyed'], {
      evidence: `otto-install could not read what there is to back up${said === '' ? '' : `: ${said}`}.`,
    });
  if (!survey.database)
    return found(FINDINGS['backup-no-database'], {
      evidence: ['There is no database of Open WebUI to back up.', ...survey.elsewhere].join(' '),
    });
  if (survey.folderProblem !== '')
    return found(FINDINGS['backup-folder-unfit'], { evidence: `${survey.folderProblem}.` });
  if (survey.taken)
    return found(FINDINGS['backup-name-taken'], { evidence: `${file ?? 'The file'} already exists.` });
  if (survey.free < survey.needed)
    return found(FINDINGS['backup-disk-full'], {
      evidence: `${folder} has ${megabytes(survey.free)} free; making the archive needs ${megabytes(survey.needed)}.`,
    });
  return undefined;
}

export const megabytes = (bytes: number): string =>
  bytes < 10_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.round(bytes / 1_000_000)} MB`;
