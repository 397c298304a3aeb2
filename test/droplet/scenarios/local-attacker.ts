import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Flow, Sysctls } from '../attacker/flow.ts';
import { FLOWS } from '../attacker/flows.ts';
import { installUnderAttack } from '../attacker/install.ts';
import { Scene } from '../attacker/scene.ts';
import { wanted } from '../attacker/select.ts';
import { withSysctls } from '../attacker/sysctls.ts';
import { type Passage, rowsOf, table, wrongWith } from '../attacker/table.ts';
import type { Droplet } from '../machine/droplet.ts';
import { collect } from '../runner/collect.ts';
import { HEALTHY } from '../runner/faults/catalogue.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { FRESH } from '../script/fresh.ts';
import { untilStarted } from '../script/wizard.ts';

/** Root works, and two local users do all they can meanwhile: first with the kernel's protections of links and pipes, then without. */
export const scenario: Scenario = {
  name: 'local-attacker',
  title:
    'cleo and mallory attack while root installs, looks, fixes, backs up, restores, uninstalls: without effect',
  needs: HEALTHY.current,
  releases: ['bookworm'],
  minutes: 40,
  async run(context) {
    const passages: Passage[] = [];
    for (const sysctls of ['on', 'off'] as const)
      await withSysctls(sysctls, async () => {
        const { flows, installs } = wanted(FLOWS, context.faults, sysctls);
        if (installs) {
          const bare = await context.another({ kind: 'bare' });
          // The power is cut in one of the two: what is open then is open whatever the kernel does.
          await play(context, bare, sysctls, [installUnderAttack(sysctls === 'on')], passages);
          await context.dismiss(bare);
        }
        if (flows.length === 0) return;
        const droplet =
          sysctls === 'on' ? context.droplet : await context.another({ endOf: HEALTHY.current });
        await untilStarted({ ...context, droplet }, FRESH.domain);
        await play(context, droplet, sysctls, flows, passages);
        if (droplet !== context.droplet) await context.dismiss(droplet);
      });
    if (passages.length === 0) throw new Error('there is nothing to try');
    const rows = rowsOf(passages);
    const text = table(rows, passages);
    const file = join(context.artefacts, 'table.md');
    await writeFile(file, text);
    context.log(`\n${text}\nThe table: ${file}`);
    const wrong = wrongWith(rows);
    if (wrong.length > 0) throw new Error(`${wrong.length} attempts: ${wrong.join('; ')}`);
  },
};

/** The flows, one after the other on the same droplet. What was seen of those before one that breaks is kept. */
async function play(
  context: ScenarioContext,
  droplet: Droplet,
  sysctls: Sysctls,
  flows: readonly Flow[],
  passages: Passage[],
): Promise<void> {
  const scene = new Scene(droplet, sysctls, join(context.artefacts, sysctls), (text) => context.log(text));
  await context.step(`a droplet to attack, fs.protected_* ${sysctls}`, () =>
    scene.setUp(context.packagePath),
  );
  try {
    for (const flow of flows) await scene.play(flow);
  } finally {
    passages.push(...scene.passages);
    const folder = join(context.artefacts, sysctls, flows[0]?.name ?? '');
    await mkdir(folder, { recursive: true });
    await collect(droplet, folder);
  }
}
