import type { Consent } from '../engine/contracts/consent.ts';
import type { FindingView } from '../engine/contracts/event.ts';

/**
 * Why a finding needs another consent: what was agreed to, as it was shown then. What it offers now, with what that gives up,
 * stands beside it.
 */
export function agreedText({ fixes }: Pick<FindingView, 'fixes'>, agreed: readonly Consent[]): string {
  if (agreed.length === 0)
    return 'Nobody has agreed to what this interrupts or gives up: it was not found when the command began.';
  const same = agreed.find(({ fix }) => fixes.some(({ id }) => id === fix));
  if (same === undefined) {
    const ids = agreed.map(({ fix }) => fix).join(' or ');
    return `This has changed since you agreed to it: the fix that you agreed to (${ids}) is not offered any more.`;
  }
  const title = fixes.find(({ id }) => id === same.fix)?.title ?? same.fix;
  const then =
    same.consequence === undefined ? 'nothing that it interrupts or gives up' : `"${same.consequence}"`;
  return `This has changed since you agreed to it. For "${title}" you were shown ${then}.`;
}

/** What a finding's recommended fix would do now, in one sentence; nothing where there is none. */
export function offeredText({ fixes: [fix] }: Pick<FindingView, 'fixes'>): string {
  if (fix === undefined) return '';
  return `Now it would be "${fix.title}"${fix.consequence === undefined ? '.' : `: ${fix.consequence}`}`;
}
