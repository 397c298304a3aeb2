import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { REFUSALS } from '../../src/operations/findings.ts';
import { FINDINGS as bridge } from '../../src/tasks/bridge/findings.ts';
import { type FindingKind, found, wordsOf } from '../../src/tasks/finding.ts';
import { CATALOGUE, cutOf } from '../../src/tasks/findings.ts';
import { tasks } from '../../src/tasks/index.ts';
import { type Finding, FINDINGS as nginx } from '../../src/tasks/nginx-site/findings.ts';
import type { Fault } from '../droplet/faults/fault.ts';
import { findFaults } from '../droplet/faults/index.ts';

const ALL = [...CATALOGUE, ...REFUSALS];
const faults = await findFaults();

const namedBy = ({ code }: Fault): readonly string[] =>
  code === undefined ? [] : typeof code === 'string' ? [code] : Object.values(code);

/** Why a proof does not hold; undefined when it does. */
function problem({ code, proof }: Pick<FindingKind, 'code' | 'proof'>): string | undefined {
  if ('fault' in proof) {
    const fault = faults.find(({ name }) => name === proof.fault);
    if (fault === undefined) return `${code}: there is no fault named ${proof.fault}`;
    return namedBy(fault).includes(code) ? undefined : `${code}: the fault ${proof.fault} names another code`;
  }
  const path = new URL(`../${proof.test}`, import.meta.url);
  if (!proof.test.endsWith('.test.ts') || !existsSync(path)) return `${code}: there is no test ${proof.test}`;
  // By itself, or behind its severity: 'broken docker-down'.
  const expected = new RegExp(`['" ]${code}['" ]`);
  return expected.test(readFileSync(path, 'utf8')) ? undefined : `${code}: ${proof.test} does not expect it`;
}

describe('the catalogue of findings', () => {
  test('has each code once, for a task that there is', () => {
    expect(new Set(ALL.map(({ code }) => code)).size).toBe(ALL.length);
    for (const { code } of ALL) expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    const ids = new Set(tasks.map(({ id }) => id));
    expect(CATALOGUE.filter(({ owner }) => owner !== undefined && !ids.has(owner))).toEqual([]);
    for (const { id } of tasks) expect(CATALOGUE.some(({ owner }) => owner === id)).toBe(true);
  });

  test('what works nevertheless cuts no line, unless it says where', () => {
    expect(cutOf('certificate', 'renewal-timer-off')).toBeUndefined();
    expect(cutOf('certificate', 'certificate-cut-off')).toBeUndefined();
    expect(cutOf('certificate', 'certificate-missing')).toBe('to-nginx');
    expect(cutOf('firewall', 'web-ports-dropped-by-a-rule')).toBe('to-nginx');
  });

  test('has every code that a fault names', () => {
    const known = new Set(CATALOGUE.map(({ code }) => code));
    const named = faults.flatMap((fault) => [...namedBy(fault), ...(fault.also ?? [])]);
    expect(named.filter((code) => !known.has(code))).toEqual([]);
  });

  test('says of each code why, also where nothing was seen', () => {
    for (const { code, reason } of ALL) {
      expect(wordsOf(reason), code).toMatch(/^\S[\s\S]{8,}/);
      expect(wordsOf(reason), code).not.toMatch(/undefined|\[object/);
    }
  });

  test('is proved: a fault on a droplet, or a test, expects each code', () => {
    expect(ALL.flatMap((kind) => problem(kind) ?? [])).toEqual([]);
  });

  test('a proof that is not there is none', () => {
    const proofs = [
      { fault: 'nobody-broke-this' },
      { fault: 'docker-disabled' },
      { test: 'tasks/nowhere.test.ts' },
      { test: 'tasks/answers.ts' },
      { test: 'tasks/domain/domain.test.ts' },
    ];
    for (const proof of proofs) expect(problem({ code: 'nginx-down', proof })).toContain('nginx-down');
  });

  test('knows where each one cuts the line, and where a look that failed does', () => {
    expect(cutOf('nginx-site', 'nginx-down')).toBe('nginx');
    expect(cutOf('nginx-site', 'nginx-site-other-port')).toBe('to-open-webui');
    expect(cutOf('docker', 'docker-down')).toBe('open-webui');
    expect(cutOf('machine', 'port-80-held')).toBeUndefined();
    expect(cutOf('bridge', 'could-not-look')).toBe('to-hermes');
    expect(cutOf('paperclip', 'could-not-look')).toBeUndefined();
  });

  test("what is not declared, or is another task's, does not compile", () => {
    // @ts-expect-error: no task declares it
    expect(nginx['nginx-is-tired']).toBeUndefined();
    // @ts-expect-error: Way to Hermes declares it
    const foreign: Finding = found(bridge['bridge-moved'], { evidence: 'x' });
    // @ts-expect-error: made without the catalogue
    const own: Finding = { code: 'nginx-down', severity: 'broken', evidence: 'x', reason: 'y', fixes: [] };
    // @ts-expect-error: it may be broken or blocked
    const vague: Finding = found(nginx['nginx-configuration-broken'], { evidence: 'x' });
    // @ts-expect-error: the address is missing
    const silent = found(bridge['bridge-url-elsewhere'], { evidence: 'x' });
    expect([foreign.code, own.code, vague.code, silent.code]).toHaveLength(4);
  });
});
