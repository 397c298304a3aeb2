import { layout, type Placing } from '../../answers/layout.ts';
import type { Host } from '../../host/host.ts';
import { ownProgram, rehearsedProgram } from '../../system/own-program.ts';
import { isOurs, lookAtContainer } from '../containers.ts';
import type { OwnCopyFacts } from './facts.ts';
import { COMMAND, folderOf, PROGRAMS, versionsAmong } from './places.ts';

/** Looks at what stays of otto-install, and at what runs now. */
export async function lookAtOwnCopy(host: Host, answers: Placing): Promise<OwnCopyFacts> {
  const [running, names, command, container] = await Promise.all([
    host.kind === 'rehearsal' ? rehearsedProgram() : ownProgram(),
    host.list(PROGRAMS),
    host.readFile(COMMAND),
    lookAtContainer(host, layout(answers).openWebui.container).catch(() => 'unknown' as const),
  ]);
  const standing = await Promise.all(
    versionsAmong(names ?? []).map(async (version) => ({
      version,
      manifest: await host.readFile(`${folderOf(version)}/SHA256SUMS`),
    })),
  );
  const copy = standing.find(({ version }) => version === running?.version);
  return {
    running,
    standing,
    whole: copy?.manifest !== undefined && (await isWhole(host, copy.version)),
    command,
    otto:
      container === undefined ? 'absent' : container !== 'unknown' && isOurs(container) ? 'ours' : 'not-ours',
  };
}

async function isWhole(host: Host, version: string): Promise<boolean> {
  const { exitCode } = await host.exec(['sha256sum', '--check', '--status', 'SHA256SUMS'], {
    cwd: folderOf(version),
  });
  return exitCode === 0;
}
