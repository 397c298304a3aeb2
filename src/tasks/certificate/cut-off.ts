import { command } from '../../engine/contracts/command.ts';
import { foundAs, replaces } from '../../engine/contracts/effect.ts';
import type { Host } from '../../host/host.ts';
import { CERTBOT_LOCKS, putFilesBack, WORK_FOLDER } from '../../system/certificates/certbot.ts';
import { TEST_AND_RELOAD } from '../../system/nginx/nginx.ts';
import { lockHolder } from '../../system/packages/apt.ts';
import { minuteText, stamp } from '../../text/time.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Where certbot keeps files while it changes them: for a challenge, and for good (certbot/reverter.py). */
const CHECKPOINTS = ['temp_checkpoint', 'IN_PROGRESS'] as const;

/** What a certbot that was killed has kept, and will put back when it is started the next time. */
export interface CutOff {
  readonly folder: string;
  readonly at: number;
  /** The files. */
  readonly files: readonly string[];
  /** Those of them that were changed or removed later, by others. */
  readonly changed: readonly string[];
}

/** It writes the files within this time after it has kept them; whoever did so later was somebody else. */
const ITS_OWN_MS = 60_000;

/** Looks for what certbot has kept. A certbot that runs is at work with it, and is not cut off. */
export async function lookAtCutOff(host: Host): Promise<readonly CutOff[]> {
  const all = await Promise.all(CHECKPOINTS.map((name) => lookAtCheckpoint(host, `${WORK_FOLDER}/${name}`)));
  const kept = all.filter((one) => one !== undefined);
  if (kept.length === 0) return kept;
  const [locks, stats] = await Promise.all([
    host.readFile('/proc/locks'),
    host.exec(['stat', '--format=%i %n', ...CERTBOT_LOCKS]),
  ]);
  return lockHolder(locks ?? '', stats.stdout) === undefined ? kept : [];
}

async function lookAtCheckpoint(host: Host, folder: string): Promise<CutOff | undefined> {
  const [stat, list] = await Promise.all([host.stat(folder), host.readFile(`${folder}/FILEPATHS`)]);
  if (stat === undefined) return undefined;
  const files = (list ?? '').split('\n').filter((path) => path !== '');
  const stats = await Promise.all(files.map((path) => host.stat(path)));
  // One that somebody has removed would come back.
  const changed = files.filter((_, index) => {
    const now = stats[index];
    return now === undefined || now.modifiedMs > stat.modifiedMs + ITS_OWN_MS;
  });
  return { folder, at: stat.modifiedMs, files, changed };
}

/** Pure. */
export function judgeCutOff([first]: readonly CutOff[], now: number): Finding | undefined {
  if (first === undefined) return undefined;
  const { folder, at, files, changed } = first;
  const what = files.length === 0 ? 'files' : files.join(', ');
  const later = changed.length === 0 ? '' : ` Changed since: ${changed.join(', ')}.`;
  return found(FINDINGS['certificate-cut-off'], {
    evidence: `certbot was cut off at ${minuteText(at)} and keeps in ${folder} what it would put back: ${what}.${later}`,
    fixes: [
      changed.length === 0
        ? {
            id: 'put-files-back',
            title: 'Let certbot put these files back now',
            actions: [
              { ...putFilesBack(), effects: replaces(what, foundAs('what certbot was changing')) },
              ...TEST_AND_RELOAD,
            ],
          }
        : {
            id: 'keep-files',
            title: 'Keep the files as they are now, and what certbot would put back beside them',
            actions: [
              command(
                ['mv', '-T', '--', folder, `${folder}.${stamp(now)}`],
                'Set what certbot would put back aside',
                {
                  timeoutMs: 10_000,
                  effects: [], // It stays, under another name.
                },
              ),
            ],
          },
    ],
  });
}
