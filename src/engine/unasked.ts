import type { Host } from '../host/host.ts';
import { reveal } from '../secret/secret.ts';
import type { Action } from './contracts/action.ts';
import { type Effect, effectWords, notOurs } from './contracts/effect.ts';
import type { OperationPlan } from './contracts/operation.ts';
import type { Finding, Fix } from './contracts/task.ts';
import { fileOrigin } from './records/ledger.ts';
import { notedThings } from './records/ledger-things.ts';
import { STATE_DIR } from './records/state-dir.ts';

/**
 * Nothing that is not ours is opened, stopped, deleted, replaced or led elsewhere unasked, whatever a finding says: a fix that would
 * do that has a consequence from here on, and so nobody applies it without a person's consent. A finding's own words for it
 * are better, and stay.
 */
export async function askedAbout(findings: readonly Finding[], host: Host): Promise<readonly Finding[]> {
  return Promise.all(
    findings.map(async (finding) => ({
      ...finding,
      fixes: await Promise.all(finding.fixes.map((fix) => withConsequence(fix, host))),
    })),
  );
}

/**
 * What an operation does to what is not Otto's, in words; undefined where it does nothing of the kind. Whoever asks for an operation
 * asks for what it does to the Otto, and not for that: it is shown with the plan, and so is part of what is agreed to.
 */
export async function harmOfPlan(plan: OperationPlan, host: Host): Promise<string | undefined> {
  const foreign = await Promise.all(actionsOfPlan(plan).map((action) => foreignEffects(action, host)));
  const words = new Set(foreign.flat().map(effectWords));
  return words.size === 0 ? undefined : [...words].join(' ');
}

/** All that an operation may do, its ways back included. */
function actionsOfPlan(plan: OperationPlan): readonly Action[] {
  return [
    ...plan.steps.flatMap(({ do: action, undo = [] }) => [action, ...('kind' in undo ? [undo] : undo)]),
    ...(plan.irreversible ?? []),
    ...(plan.cleanupAfterSuccess ?? []),
    ...(plan.cleanupAfterUndo ?? []),
  ];
}

async function withConsequence(fix: Fix, host: Host): Promise<Fix> {
  if (fix.consequence !== undefined) return fix;
  const foreign = (await Promise.all(fix.actions.map((action) => foreignEffects(action, host)))).flat();
  if (foreign.length === 0) return fix;
  return { ...fix, consequence: [...new Set(foreign.map(effectWords))].join(' ') };
}

/** What the action would do to what is not Otto's own. */
async function foreignEffects(action: Action, host: Host): Promise<readonly Effect[]> {
  const declared = action.effects ?? [];
  const ours = await Promise.all(declared.map((effect) => isOurs(effect, host)));
  const foreign = declared.filter((_effect, index) => ours[index] !== true);
  if (action.kind !== 'write-file' || declared.some(({ does }) => does === 'replaces')) return foreign;
  return (await replacesForeign(action, host))
    ? [...foreign, { does: 'replaces', what: action.path, whose: notOurs }]
    : foreign;
}

async function isOurs({ whose }: Effect, host: Host): Promise<boolean> {
  if (whose.by !== 'ledger') return whose.by !== 'nobody';
  const noted = await notedThings(host).catch(() => undefined);
  const thing = noted?.find(({ kind, name }) => kind === whose.kind && name === whose.name);
  return thing?.state === 'made' || thing?.state === 'begun';
}

/** A file says by itself whose it is: the ledger knows what we wrote. */
async function replacesForeign(
  { path, content }: Extract<Action, { kind: 'write-file' }>,
  host: Host,
): Promise<boolean> {
  // What we remember between runs is ours, also where the ledger was lost.
  if (path.startsWith(`${STATE_DIR}/`)) return false;
  try {
    const origin = await fileOrigin(host, path, STATE_DIR);
    if (origin === 'absent' || origin === 'ours') return false;
    return (await host.readFile(path)) !== reveal(content);
  } catch {
    // It is there, and who wrote it cannot be said.
    return true;
  }
}
