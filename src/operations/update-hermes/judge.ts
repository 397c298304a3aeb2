import { satisfies } from '../../system/python/python.ts';
import { found } from '../../tasks/finding.ts';
import { ofAnotherUser } from '../../tasks/hermes-code/running-elsewhere.ts';
import { inMB } from '../../text/size.ts';
import type { UpdateFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** pip needs room for builds and its cache besides what it installs. */
const BUILD_ROOM = 400_000_000;

/** Pure. Why Hermes must not be updated now; empty when it may. */
export function refusesUpdate(facts: UpdateFacts): readonly Finding[] {
  const why = whyNot(facts);
  return why === undefined ? [] : [why];
}

function whyNot({ code, target, venvBytes, freeBytes }: UpdateFacts): Finding | undefined {
  const { checkout, venv } = code;
  if (code.elsewhere !== undefined)
    return found(FINDINGS['update-hermes-of-another-user'], {
      evidence: ofAnotherUser(code.elsewhere),
      values: { user: code.elsewhere.user, code: code.elsewhere.code },
    });
  if (checkout.kind !== 'git' || venv.kind !== 'alive')
    return found(FINDINGS['update-hermes-not-whole'], {
      evidence: 'Hermes’s code or its virtual environment is incomplete.',
    });
  if (code.atWork !== undefined)
    return found(FINDINGS['update-hermes-at-work'], {
      evidence: `Somebody else is working on it: ${code.atWork}`,
    });
  const { changed, conflicts, commit } = checkout.status;
  const edited = [...changed, ...conflicts];
  if (edited.length > 0)
    return found(FINDINGS['update-hermes-local-changes'], {
      evidence: `Files of Hermes were changed on this machine: ${edited.slice(0, 5).join(', ')}${edited.length > 5 ? ` and ${edited.length - 5} more` : ''}.`,
    });
  if (target.commit === undefined)
    return found(FINDINGS['update-hermes-unknown-version'], {
      evidence: `Hermes’s repository has nothing called ${target.ref}.`,
    });
  if (target.commit === commit) return undefined;
  if (target.ownCommits > 0)
    return found(FINDINGS['update-hermes-own-commits'], {
      evidence: `The checkout has ${target.ownCommits} ${target.ownCommits === 1 ? 'commit' : 'commits'} that no release and no branch on GitHub has, and ${target.ref} does not either.`,
    });
  if (!satisfies(venv.probe.python, target.project?.requiresPython))
    return found(FINDINGS['update-hermes-wants-another-python'], {
      evidence: `The new release needs Python ${target.project?.requiresPython}; the environment has ${venv.probe.python}.`,
    });
  const needed = venvBytes + BUILD_ROOM;
  if (freeBytes !== undefined && freeBytes < needed)
    return found(FINDINGS['update-hermes-disk-full'], {
      evidence: `The disk that Hermes is on has ${inMB(freeBytes)} free; the update needs ${inMB(needed)}.`,
    });
  return undefined;
}
