import { expect, test } from 'vitest';
import { asPart, sharedHost } from '../../src/engine/hosts/shared-host.ts';
import type { Argv } from '../../src/host/host.ts';
import { FakeHost } from './fake-host.ts';

const LISTEN: Argv = ['ss', '-Hltnp'];

function machine() {
  const host = new FakeHost();
  let answers = 0;
  for (const name of ['ss', 'curl', 'docker'])
    host.commands[name] = async () => {
      answers += 1;
      const mine = answers;
      await new Promise((resolve) => setTimeout(resolve, 1));
      return { stdout: String(mine) };
    };
  let changes = 0;
  const change = () => {
    changes += 1;
  };
  return { host, shared: sharedHost(host, () => changes), change };
}

const said = async (answer: Promise<{ stdout: string }>) => (await answer).stdout;

test('what is asked at the same time is asked once', async () => {
  const { host, shared } = machine();
  expect(await Promise.all([said(shared.exec(LISTEN)), said(shared.exec(LISTEN))])).toEqual(['1', '1']);
  expect(host.ran).toEqual(['ss -Hltnp']);
});

test('another question, another user or something on stdin is asked for itself', async () => {
  const { host, shared } = machine();
  await Promise.all([
    shared.exec(LISTEN),
    shared.exec(['ss', '-Htn']),
    shared.exec(LISTEN, { user: 'cleo' }),
    shared.exec(LISTEN, { input: 'x' }),
  ]);
  expect(host.ran).toHaveLength(4);
});

test('what does more than read is run each time', async () => {
  const { host, shared } = machine();
  const argv: Argv = ['docker', 'exec', 'open-webui', 'true'];
  await Promise.all([
    shared.exec(argv),
    shared.exec(argv),
    shared.exec(['curl', 'x']),
    shared.exec(['curl', 'x']),
  ]);
  expect(host.ran).toHaveLength(4);
});

test('an answer is old after a moment, and at once when something was changed', async () => {
  const { host, shared, change } = machine();
  expect(await said(shared.exec(LISTEN))).toBe('1');
  expect(await said(shared.exec(LISTEN))).toBe('1');
  await host.sleep(500);
  expect(await said(shared.exec(LISTEN))).toBe('2');
  change();
  expect(await said(shared.exec(LISTEN))).toBe('3');
});

test('a question that is still open when something is changed is asked again', async () => {
  const { shared, change } = machine();
  const before = said(shared.exec(LISTEN));
  change();
  expect([await said(shared.exec(LISTEN)), await before]).toEqual(['2', '1']);
});

test('everything else is the host itself', async () => {
  const { host, shared } = machine();
  await shared.writeFile('/a', 'text', { mode: 0o644 });
  expect([await shared.readFile('/a'), shared.kind, shared.now()]).toEqual(['text', host.kind, host.now()]);
});

test('another part is given an answer of the last seconds, and no part one that it had', async () => {
  const { host, shared } = machine();
  const [one, other] = [asPart(shared, 'one'), asPart(shared, 'other')];
  expect(await said(one.exec(LISTEN))).toBe('1');
  await host.sleep(1_000);
  expect(await said(other.exec(LISTEN))).toBe('1');
  expect(await said(one.exec(LISTEN))).toBe('2');
  expect(await said(other.exec(LISTEN))).toBe('2');
  await host.sleep(2_500);
  expect(await said(asPart(shared, 'a third').exec(LISTEN))).toBe('3');
});

test('what was changed is asked about again by every part', async () => {
  const { shared, change } = machine();
  expect(await said(asPart(shared, 'one').exec(LISTEN))).toBe('1');
  change();
  expect(await said(asPart(shared, 'other').exec(LISTEN))).toBe('2');
});

test('a host that is not shared is the same as a part of it', () => {
  const { host } = machine();
  expect(asPart(host, 'one')).toBe(host);
});
