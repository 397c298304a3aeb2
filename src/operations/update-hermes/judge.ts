import type { Finding } from '../../engine/contracts/task.ts';
import { satisfies } from '../../system/python/python.ts';
import { inMB } from '../../text/size.ts';
import type { UpdateFacts } from './facts.ts';

type Why = Pick<Finding, 'code' | 'saw' | 'because'>;

/** pip builds and caches beside what it installs. */
const BUILD_ROOM = 400_000_000;

/** Pure. Why Hermes must not be updated now; empty when it may. */
export function refusesUpdate(facts: UpdateFacts): readonly Finding[] {
  const why = whyNot(facts);
  return why === undefined ? [] : [{ severity: 'blocked', fixes: [], ...why }];
}

function whyNot({ code, target, venvBytes, freeBytes }: UpdateFacts): Why | undefined {
  const { checkout, venv } = code;
  if (checkout.kind !== 'git' || venv.kind !== 'alive')
    return {
      code: 'update-hermes-not-whole',
      saw: 'Hermes’s code or its virtual environment is incomplete.',
      because: 'Run `otto-install` to see what is missing and fix it; then update.',
    };
  if (code.atWork !== undefined)
    return {
      code: 'update-hermes-at-work',
      saw: `Somebody else is working on it: ${code.atWork}`,
      because: 'Two at once would leave code and packages that do not match. Wait until that has finished.',
    };
  const { changed, conflicts, commit } = checkout.status;
  const edited = [...changed, ...conflicts];
  if (edited.length > 0)
    return {
      code: 'update-hermes-local-changes',
      saw: `Files of Hermes were changed on this machine: ${edited.slice(0, 5).join(', ')}${edited.length > 5 ? ` and ${edited.length - 5} more` : ''}.`,
      because:
        'An update would lose or collide with them. As the deploy user, in the checkout: `git diff` shows them; `git stash` sets them aside, and your own commit keeps them for good.',
    };
  if (target.commit === undefined)
    return {
      code: 'update-hermes-unknown-version',
      saw: `Hermes’s repository has nothing called ${target.ref}.`,
      because:
        'Name a tag (v0.19.0), a branch or a commit. `git tag` and `git branch -r` in the checkout list them.',
    };
  if (target.commit === commit) return undefined;
  if (target.ownCommits > 0)
    return {
      code: 'update-hermes-own-commits',
      saw: `The checkout has ${target.ownCommits} commits that ${target.ref} does not have.`,
      because:
        'Switching to it would drop them from what runs. Push or rebase them first, or name the commit that you want with --version.',
    };
  if (!satisfies(venv.probe.python, target.project?.requiresPython))
    return {
      code: 'update-hermes-wants-another-python',
      saw: `The new release needs Python ${target.project?.requiresPython}; the environment has ${venv.probe.python}.`,
      because:
        'The distribution’s own Python must not be replaced. Choose an older release with --version, or install the right python3.NN and its venv package next to the system’s.',
    };
  const needed = venvBytes + BUILD_ROOM;
  if (freeBytes !== undefined && freeBytes < needed)
    return {
      code: 'update-hermes-disk-full',
      saw: `The disk that Hermes is on has ${inMB(freeBytes)} free; the update needs ${inMB(needed)}.`,
      because:
        'A copy of the old environment is kept until the new one answers, and pip needs space to build.',
    };
  return undefined;
}
