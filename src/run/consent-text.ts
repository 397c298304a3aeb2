import type { Consent } from '../engine/contracts/consent.ts';
import type { FindingView } from '../engine/contracts/event.ts';
import { openFindings, type RunModel } from './view-model.ts';

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

/**
 * How to agree to what an installation with nobody there has left: before there is an Otto, `fix` has none to fix. Nothing where
 * no consent is missing. `agreed`: codes that were agreed to already.
 */
export function consentLines(model: RunModel, agreed: readonly string[]): readonly string[] {
  const open = openFindings(model).filter(({ finding }) => {
    const [fix] = finding.fixes;
    const forAPerson = fix?.actions.some(({ kind }) => kind === 'converse') === true;
    return finding.severity !== 'risk' && fix?.consequence !== undefined && !forAPerson;
  });
  const codes = [...new Set(open.map(({ finding }) => finding.code))].filter(
    (code) => !agreed.includes(code),
  );
  if (codes.length === 0) return [];
  const all = [...agreed, ...codes].join(',');
  return [
    '',
    `Nobody has agreed to what ${codes.length === 1 ? 'this fix interrupts or gives up' : 'these fixes interrupt or give up'}: ${codes.join(', ')}.`,
    `To agree, start this again with --agree ${all}`,
    `or with this line in the answers file: agree: ${all}`,
  ];
}
