import { expect, test } from 'vitest';
import type { Finding, Witness } from '../../src/engine/contracts/task.ts';
import { besideWitness, Witnesses } from '../../src/engine/witness.ts';

const silent: Finding = {
  code: 'hermes-silent',
  severity: 'broken',
  evidence: 'Nothing answers.',
  reason: 'Only an answer counts.',
  fixes: [{ id: 'restart', title: 'Restart', actions: [] }],
  impact: 'No model.',
  refutedBy: 'hermes',
};
const unit: Finding = { ...silent, code: 'hermes-unit-wrong', refutedBy: undefined };
const seen: Witness = { stations: ['hermes', 'claude'], evidence: 'A question was answered.' };
const site: Witness = { stations: ['nginx'], evidence: 'The page is shown.' };

test.each([
  ['what was seen at work is only noted', silent, seen, 'risk', 0],
  ['what is wrong while it answers stands', unit, seen, 'broken', 1],
  ['another part of the way proves nothing of it', silent, site, 'broken', 1],
  ['nobody has seen anything', silent, undefined, 'broken', 1],
] as const)('%s', (_, finding, witness, severity, fixes) => {
  const [found] = besideWitness([finding], witness);
  expect([found?.severity, found?.fixes.length]).toEqual([severity, fixes]);
  expect(found?.evidence.includes('A question was answered.')).toBe(severity === 'risk');
});

const begun = (id: string, findings: readonly Finding[], witness?: Promise<Witness>) => ({
  task: { id, ...(witness === undefined ? {} : { witness: () => seen }) },
  findings: Promise.resolve(findings),
  witness: witness ?? Promise.resolve(undefined),
});

test('what was refuted at the start stays so, and what comes later does not', async () => {
  const witnesses = new Witnesses([begun('hermes', [silent]), begun('chain', [], Promise.resolve(seen))]);
  const severityOf = async (task: string, finding: Finding) =>
    (await witnesses.beside(task, [finding])).map(({ severity }) => severity);
  expect(await severityOf('hermes', silent)).toEqual(['risk']);
  expect(await severityOf('hermes', { ...silent, code: 'hermes-not-running' })).toEqual(['broken']);
  expect(await severityOf('hermes', silent)).toEqual(['risk']);
  expect(await severityOf('another', silent)).toEqual(['broken']);
});

test('what could not be refuted waits for nobody', async () => {
  const witnesses = new Witnesses([
    begun('hermes', [unit]),
    begun('chain', [], new Promise(() => undefined)),
  ]);
  expect(await witnesses.beside('hermes', [unit])).toEqual([unit]);
});
