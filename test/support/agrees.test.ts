import { expect, test } from 'vitest';
import { rehearseWithOtto } from '../../src/commands/rehearse.ts';
import { findLogs } from '../../src/logs/places.ts';
import { readLogs } from '../../src/logs/read.ts';
import { check } from '../../src/status/command.ts';
import { lookAtStatus } from '../../src/status/look.ts';
import { gather } from '../../src/support/command.ts';
import { KNOWN } from '../rehearsed-services.ts';
import { answersWith } from '../tasks/answers.ts';

/** Whoever tries the tool without a server gets one droplet: what it finds, its status, its logs and its bundle tell the same of it. */

test.each([
  ['nginx-down', 'nginx', []],
  ['docker-down', 'docker', ['Docker is stopped.']],
])('a rehearsed %s is the same for check, status, logs and support', async (code, service, problems) => {
  const { host } = await rehearseWithOtto(`fault:${code}`, KNOWN, Number.POSITIVE_INFINITY);
  const answers = answersWith({ ...KNOWN, unattended: true });
  const asked = { host, answers, version: '1.0.0' };

  const checked = await check(asked);
  expect(checked.outcome).toBe('findings');
  expect(checked.findings.map((finding) => finding.code)).toContain(code);

  const status = await lookAtStatus(host, answers);
  const down = status.services.filter(({ running }) => !running).map(({ name }) => name);
  expect(down).toContain(service);
  expect(status.problems).toEqual(problems);

  const { items } = await gather({ ...asked, placing: answers });
  const content = (name: string) => items.find((item) => item.name === name)?.content ?? '';
  const sent = JSON.parse(content('check.json')) as typeof status & { check: typeof checked };
  expect(sent.check.findings).toEqual(checked.findings);
  expect(sent.services).toEqual(JSON.parse(JSON.stringify(status.services)));
  expect(content('status.txt')).toMatch(new RegExp(`✗ +${service}\\b`));
  expect(content('status.txt')).toContain(code);

  for (const source of ['hermes', 'open-webui', 'paperclip', 'nginx'] as const) {
    const logs = await findLogs(host, answers, [source]);
    const { lines, problems: unread } = await readLogs(
      host,
      logs,
      { sources: [source], search: '', errorsOnly: false },
      3,
    );
    // Docker is not there to be asked what a container said.
    const asked = code !== 'docker-down' || !['open-webui', 'paperclip'].includes(source);
    expect(asked ? unread : unread.length).toEqual(asked ? [] : 1);
    expect(lines.length > 0).toBe(asked);
    for (const { text } of lines) expect(content(`logs/${source}.log`)).toContain(text);
  }
});

test('without a fault all four say that it is healthy', async () => {
  const { host } = await rehearseWithOtto('healthy', KNOWN, Number.POSITIVE_INFINITY);
  const answers = answersWith({ ...KNOWN, unattended: true });
  const { items } = await gather({ host, answers, version: '1.0.0', placing: answers });
  const status = items.find(({ name }) => name === 'status.txt')?.content ?? '';
  expect(status).not.toContain('✗');
  expect(JSON.parse(items.find(({ name }) => name === 'check.json')?.content ?? '{}').check.outcome).toBe(
    'healthy',
  );
});
