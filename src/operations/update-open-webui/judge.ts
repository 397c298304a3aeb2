import { found } from '../../tasks/finding.ts';
import { hasOtherDatabase } from '../../tasks/open-webui/creation-spec.ts';
import { inMB } from '../../text/size.ts';
import { roomNeeded, type UpdateChoice, type UpdateFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Pure. Why Open WebUI must not be updated now; empty when it may. */
export function refusesUpdate(facts: UpdateFacts, choice: UpdateChoice): readonly Finding[] {
  const why = whyNot(facts, choice);
  return why === undefined ? [] : [why];
}

function whyNot(facts: UpdateFacts, { settlements }: UpdateChoice): Finding | undefined {
  const { container, imageId, image, release, accounts, freeBytes, config } = facts;
  if (container === undefined)
    return found(FINDINGS['update-nothing-there'], { evidence: 'There is no container named open-webui.' });
  if (hasOtherDatabase(container))
    return found(FINDINGS['update-other-database'], {
      evidence:
        'Open WebUI does not keep its data in webui.db: DATABASE_URL in its environment says where it is.',
    });
  if (config?.onboarding === true || (accounts?.problem === '' && accounts.count === 0))
    return found(FINDINGS['update-unclaimed'], { evidence: 'Open WebUI has no account yet.' });
  if (config === undefined)
    return found(FINDINGS['update-not-healthy'], {
      evidence: 'Open WebUI does not answer now, before anything was changed.',
    });
  if (imageId === undefined)
    return found(FINDINGS['update-not-fetched'], { evidence: `The image ${image} is not on this machine.` });
  if (imageId === container.imageId) return undefined;
  if (release === undefined || release.problem !== '')
    return found(FINDINGS['update-database-unreadable'], {
      evidence: `The database could not be read with the new image${release === undefined ? '' : `: ${release.problem}`}.`,
    });
  if (!release.knowsDatabase)
    return found(FINDINGS['update-is-a-downgrade'], {
      evidence: `${image} is older than what made this database.`,
    });
  const settled = new Set(settlements.map(({ id }) => id));
  // The choice leaves one of each group as it is.
  const open = (accounts?.alike ?? []).filter(
    (group) => group.filter(({ id }) => !settled.has(id)).length > 1,
  );
  if (open.length > 0)
    return found(FINDINGS['update-addresses-alike'], {
      evidence: `Accounts have addresses that differ only in case: ${open.map((group) => group.map(({ email }) => email).join(' and ')).join('; ')}.`,
    });
  const needed = roomNeeded(release.databaseBytes);
  if (freeBytes !== undefined && freeBytes < needed)
    return found(FINDINGS['update-disk-full'], {
      evidence: `The disk with Open WebUI's data has ${inMB(freeBytes)} free; the update needs ${inMB(needed)}.`,
    });
  return undefined;
}
