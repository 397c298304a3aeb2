import { type Consent, consentTo, covers } from '../contracts/consent.ts';
import { names, type Scope } from '../contracts/scope.ts';
import type { Finding, Fix } from '../contracts/task.ts';
import { shownFix } from '../view.ts';

/** What was agreed to in one task of a run that is not about everything. */
export interface AgreedHere {
  readonly scope: Scope;
  /** Id of the task. */
  readonly task: string;
  /** What was agreed to in it. */
  readonly consents: readonly Consent[];
}

/** How a finding relates to what was agreed to. */
type Standing =
  /** Nothing was agreed to, or that was done already: only what needs no consent may be applied. */
  | { readonly kind: 'free' }
  /** This fix was agreed to, with what it interrupts or gives up, and was not tried yet. */
  | { readonly kind: 'agreed'; readonly fix: Fix }
  /** It was named, but its fix is not what was agreed to: that needs another consent. */
  | { readonly kind: 'lapsed'; readonly consents: readonly Consent[] };

/** Pure. `tried`: ids of this code's fixes that were already tried. */
export function standing(
  finding: Finding,
  tried: ReadonlySet<string>,
  { scope, task, consents: all }: AgreedHere,
): Standing {
  const [recommended] = finding.fixes;
  if (!names(scope, task, finding.code) || recommended === undefined) return { kind: 'free' };
  const consents = all.filter(({ code }) => code === finding.code);
  // What was agreed to is done; naming the finding was not a consent to what its other fixes cost.
  if (consents.some(({ fix }) => tried.has(fix))) return { kind: 'free' };
  const fix = finding.fixes.find((one) => consents.some((consent) => covers(consent, shownFix(one))));
  if (fix !== undefined) return { kind: 'agreed', fix };
  const isSafe = recommended.consequence === undefined;
  // "All that is safe" was agreed to; and what nobody could see before, but gives up nothing, follows from the rest.
  if (isSafe && (scope.others === 'all-safe' || consents.length === 0)) return { kind: 'free' };
  return { kind: 'lapsed', consents };
}

/**
 * What was agreed to in a task: what the scope says, and for codes that were named before anybody looked the recommended
 * fixes of what was found when nothing was changed yet. Pure.
 */
export function consentsIn(scope: Scope, task: string, before: readonly Finding[]): readonly Consent[] {
  const { codes, consents = [] } = scope;
  const named = codes.filter((code) => !consents.some((consent) => consent.code === code));
  return [
    ...consents.filter((consent) => consent.task === task),
    ...before
      .filter(({ code }) => named.includes(code))
      .flatMap(({ code, fixes: [fix] }) => (fix === undefined ? [] : [consentTo(task, code, shownFix(fix))])),
  ];
}
