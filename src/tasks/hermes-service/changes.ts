import type { Layout } from '../../answers/layout.ts';
import type { Host } from '../../host/host.ts';

/** Something that a gateway reads once, when it starts. */
export interface Change {
  /** 'the code', '/home/cleo/.hermes/.env' */
  readonly what: string;
  readonly atMs: number;
}

/** When settings and code were changed last. What is not there is left out. */
export async function lookForChanges(host: Host, place: Layout): Promise<readonly Change[]> {
  const { envFile, config, checkout, venv } = place.hermes;
  const changed = async (what: string, path: string | undefined): Promise<readonly Change[]> => {
    const stat = path === undefined ? undefined : await host.stat(path);
    return stat === undefined ? [] : [{ what, atMs: stat.modifiedMs }];
  };
  const found = await Promise.all([
    changed(envFile, envFile),
    changed(config, config),
    // Written with every move of HEAD, and by nothing else.
    changed('the code', `${checkout}/.git/logs/HEAD`),
    // Not awaited here: a failure of one of the others meanwhile would be caught by nobody, and end the program.
    installRecord(host, venv).then((record) => changed('the installed packages', record)),
  ]);
  return found.flat();
}

/** What pip rewrites with every `pip install -e`. Other packages come and go while Hermes runs: it fetches some itself. */
async function installRecord(host: Host, venv: string): Promise<string | undefined> {
  const python = (await host.list(`${venv}/lib`))?.find((name) => /^python3\.\d+$/.test(name));
  const packages = `${venv}/lib/${python ?? 'python3'}/site-packages`;
  const record = (await host.list(packages))?.find((name) => /^hermes_agent-.*\.dist-info$/.test(name));
  return record === undefined ? undefined : `${packages}/${record}/RECORD`;
}
