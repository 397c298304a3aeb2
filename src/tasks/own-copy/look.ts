import { layout, type Placing } from '../../answers/layout.ts';
import type { Argv, Host } from '../../host/host.ts';
import { ownProgram, rehearsedProgram } from '../../system/own-program.ts';
import { isOurs, lookAtContainer } from '../containers.ts';
import type { OwnCopyFacts } from './facts.ts';
import { isSaidOfEach, isWhatIsListed, namesIn } from './manifest.ts';
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
    whole: copy?.manifest !== undefined && (await isWhole(host, copy.version, copy.manifest)),
    command,
    otto:
      container === undefined ? 'absent' : container !== 'unknown' && isOurs(container) ? 'ours' : 'not-ours',
  };
}

/**
 * OpenSSL is there wherever there is a trust store, and uses what the processor has for this: a tenth of sha256sum's time. That is
 * asked where OpenSSL has not said something of each file. Throws when neither could tell.
 */
async function isWhole(host: Host, version: string, manifest: string): Promise<boolean> {
  const cwd = folderOf(version);
  const names = namesIn(manifest);
  if (names.length === 0) return false;
  const seen = await host.exec(['openssl', 'dgst', '-sha256', '-r', ...names], { cwd });
  if (isSaidOfEach(names, seen.stdout)) return isWhatIsListed(manifest, seen.stdout);
  const argv: Argv = ['sha256sum', '--check', '--status', 'SHA256SUMS'];
  const { exitCode, stderr } = await host.exec(argv, { cwd });
  if (exitCode > 1) throw new Error(`sha256sum ended with ${exitCode}: ${stderr.trim()}`);
  return exitCode === 0;
}
