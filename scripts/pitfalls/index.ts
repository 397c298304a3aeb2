import { CATALOGUE } from '../../src/tasks/findings.ts';
import { findFaults } from '../../test/droplet/faults/index.ts';
import { pitfallsPage } from './page.ts';

/** docs/pitfalls.md as it should be now. */
export async function currentPitfalls(): Promise<string> {
  const faults = await findFaults();
  const causes = faults.map(({ title, code }) => ({
    title,
    codes: code === undefined ? [] : typeof code === 'string' ? [code] : Object.values(code),
  }));
  return pitfallsPage(CATALOGUE, causes);
}
