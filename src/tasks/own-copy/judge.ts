import type { Fix } from '../../engine/contracts/task.ts';
import { isSameProgram, type OwnProgram } from '../../system/own-program.ts';
import { found } from '../finding.ts';
import { keepActions } from './actions.ts';
import type { OwnCopyFacts, Standing } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { COMMAND, compareVersions, folderOf, versionOf } from './places.ts';

/** Pure. */
export function judgeOwnCopy(facts: OwnCopyFacts): readonly Finding[] {
  const { running, standing, command, whole } = facts;
  if (running === undefined) return [];
  const { version } = running;
  const starts = command === undefined ? undefined : versionOf(command);
  if (command !== undefined && starts === undefined)
    return [
      found(FINDINGS['own-copy-name-taken'], {
        evidence: `${COMMAND} exists, and otto-install did not write it.`,
      }),
    ];
  const [newest] = standing;
  if (newest !== undefined && compareVersions(newest.version, version) > 0)
    return [
      found(FINDINGS['own-copy-newer-here'], {
        evidence: `This is otto-install ${version}, and ${newest.version} is kept on this server.`,
      }),
    ];
  const copy = standing.find((one) => one.version === version);
  // What it would be copied from is what is damaged.
  if (running.root === folderOf(version) && !whole) return [damaged(running, [])];
  if (newest === undefined || starts === undefined) return [missing(facts, running)];
  const same = isSameProgram(copy?.manifest, running.manifest);
  if (same && !whole) return [damaged(running, [keep(running, standing)])];
  if (same && starts === version) return [];
  return [
    found(FINDINGS['own-copy-outdated'], {
      evidence:
        starts === version
          ? `The otto-install ${version} that is kept on this server is another build than this one.`
          : `\`otto-install\` starts version ${starts}; this is ${version}.`,
      fixes: [keep(running, standing)],
    }),
  ];
}

function missing({ otto, standing }: OwnCopyFacts, running: OwnProgram): Finding {
  return found(FINDINGS['own-copy-missing'], {
    evidence: `otto-install ${running.version} runs, and is not kept on this server.`,
    // An Otto that is there works without it.
    severity: otto === 'absent' ? 'missing' : 'risk',
    fixes: [
      {
        ...keep(running, standing),
        // Somebody else's server: they decide what is installed there.
        consequence:
          otto === 'not-ours'
            ? 'Nothing is interrupted. 130 MB in /usr/local/lib/otto-install and the command otto-install are added to a server that otto-install did not set up.'
            : undefined,
      },
    ],
  });
}

const damaged = (running: OwnProgram, fixes: readonly Fix[]): Finding =>
  found(FINDINGS['own-copy-damaged'], {
    evidence: `Files in ${folderOf(running.version)} are not what they were when they were put there.`,
    values: { itself: fixes.length === 0 },
    fixes,
  });

/** The same fix for all: it puts everything there again, whatever is missing. */
function keep(running: OwnProgram, standing: readonly Standing[]): Fix {
  const [, ...older] = standing.map(({ version }) => version).filter((one) => one !== running.version);
  return {
    id: 'keep-copy',
    title: 'Keep a copy of otto-install on this server',
    // The one before stays, for the way back.
    actions: keepActions(running, older),
  };
}
