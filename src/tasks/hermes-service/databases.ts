import type { Layout } from '../../answers/layout.ts';
import type { Host } from '../../host/host.ts';
import { list, object, parseJson, text } from '../../system/formats/json.ts';
import { template } from '../../system/templates.ts';

/** A database of Hermes that SQLite cannot read as a whole. */
export interface DamagedDatabase {
  readonly path: string;
  /** In SQLite's words. */
  readonly says: string;
}

/** Asked as the user whose files they are: opening a database can write beside it. */
export async function lookAtDatabases(
  host: Host,
  { user, hermes }: Layout,
): Promise<readonly DamagedDatabase[]> {
  const logs = [`${hermes.logs}/errors.log`, `${hermes.logs}/gateway.log`];
  const { stdout } = await host.exec(['python3', '-I', '-', hermes.home, ...logs], {
    user,
    cwd: '/',
    input: template('hermes-databases.py', {}),
    timeoutMs: 15_000,
  });
  return list(parseJson(stdout)).map((one) => ({
    path: text(object(one).path),
    says: text(object(one).says),
  }));
}
