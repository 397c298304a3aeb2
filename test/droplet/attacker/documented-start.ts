import { readFile } from 'node:fs/promises';

/** The command by which the README has operators start otto-install. Throws when there is none. */
export async function documentedStart(): Promise<string> {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  const [command] = /^ *(?:cd \S+ && )?npx -y otto-install$/m.exec(readme) ?? [];
  if (command === undefined) throw new Error('the README does not say how otto-install is started');
  return command.trim();
}
