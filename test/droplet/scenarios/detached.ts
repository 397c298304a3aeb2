import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cuts, table } from '../detached/cuts.ts';
import { trialWithNobody } from '../detached/firewall.ts';
import { installCut } from '../detached/install.ts';
import { chosen } from '../detached/moments.ts';
import { onPurpose, restoreCut, updateCut } from '../detached/operations.ts';
import { installWizard } from '../runner/faults/wizard.ts';
import type { Scenario } from '../runner/scenario.ts';
import { checkHealthy } from '../script/wizard.ts';

/**
 * ssh is cut in every way at every long step: the run goes on, and the next session shows it from its beginning. What is fetched
 * waits at a gate of the small internet, so that there is time for it however fast the machine is.
 */
export const scenario: Scenario = {
  name: 'detached',
  title:
    'ssh is cut during apt, pull, pip, certificate, update and restore: the run goes on, the next session shows it',
  releases: ['bookworm', 'trixie'],
  minutes: 40,
  async run(context) {
    const { droplet, step, log, faults, artefacts } = context;
    const moments = chosen(faults);
    const cuts = new Cuts(context, await droplet.laptop());
    await installWizard(droplet, context.packagePath);
    try {
      await installCut(context, cuts, moments.installing);
      await step('check finds it healthy', () => checkHealthy(context));
      if (moments.update) await updateCut(context, cuts);
      if (moments.restore) await restoreCut(context, cuts);
      if (moments.update || moments.restore)
        await step('check finds it healthy', () => checkHealthy(context));
      if (moments.detach)
        await step('detached on purpose: --detach says how to follow', () => onPurpose(context));
      if (moments.firewall) await trialWithNobody(context, cuts);
    } finally {
      await cuts.end();
      const text = table(cuts.rows);
      await writeFile(join(artefacts, 'table.md'), text);
      log(`\n${text}`);
    }
  },
};
