import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runPlainHome } from '../../src/lines/home.ts';
import { LineReader } from '../../src/terminal/line-reader.ts';
import type { WizardServices } from '../../src/wizard/services.ts';
import { rehearsedServices } from '../rehearsed-services.ts';

/** The numbered home of a droplet in memory, to which these lines are typed. */
async function talk(how: 'healthy' | 'broken', ...lines: readonly string[]) {
  const services = await rehearsedServices(how);
  expect((await services.lookAtMachine()).home).toBe(true);
  return talkWith(services, ...lines);
}

async function talkWith(services: WizardServices, ...lines: readonly string[]) {
  const input = new PassThrough();
  const reader = new LineReader(input, new PassThrough());
  onTestFinished(() => reader.close());
  const said: string[] = [];
  input.write(lines.map((line) => `${line}\n`).join(''));
  const left = await runPlainHome({ services, reader, say: (...more) => said.push(...more) });
  return { left, said: said.join('\n') };
}

describe('the home in lines', () => {
  it('looks at a healthy Otto and is left with 0', async () => {
    const { left, said } = await talk('healthy', 'q');
    expect(said).toContain('● 22 checks healthy');
    expect(left).toEqual({ kind: 'left', exitCode: 0 });
  });

  it('shows the fix of a finding before it does anything, and leaves it when nobody says yes', async () => {
    const { left, said } = await talk('broken', 'x', '2', '7', '', 'q');
    expect(said).toContain('That is not one of the choices.');
    expect(said).toContain('systemctl enable --now nginx.service');
    expect(said).toContain('Type a number from 1 to 1, or nothing.');
    expect(said).not.toContain('Fixed');
    expect(left).toEqual({ kind: 'left', exitCode: 1 });
  });

  it('fixes one, then everything that is safe', async () => {
    const { left, said } = await talk('broken', '2', '1', 'a', 'yes', 'q');
    expect(said).toMatch(/Fixed: Start nginx, in /);
    expect(said).toMatch(/Fixed: Allow docker0 to reach port 8642, in /);
    expect(left).toEqual({ kind: 'left', exitCode: 0 });
  });

  it('asks again when what was agreed to is not what the machine needs any more', async () => {
    const services = await rehearsedServices('broken');
    // The look showed a consequence that the fix does not have any more.
    const fix: typeof services.fix = (draft, request) => {
      const consents = request.consents?.map((consent) => ({ ...consent, consequence: 'A pause.' }));
      return services.fix(draft, { ...request, ...(consents === undefined ? {} : { consents }) });
    };
    const { said } = await talkWith({ ...services, fix }, '2', '1', '1', 'q');
    expect(said).toContain(
      'This has changed since you agreed to it. For "Start nginx" you were shown "A pause."',
    );
    expect(said).toMatch(/Fixed: Start nginx, in /);
  });

  it('goes through an operation with its questions, and looks again', async () => {
    const { left, said } = await talk('healthy', 'm', '', 'm', '1', '1', '1', '1', 'yes', 'q');
    expect(said).toContain('1. Reset a password:');
    expect(said).toContain('Whose password should be reset?');
    expect(said).toContain('What will be done:');
    expect(said).toMatch(/The new password of ops@client.example: \S{20,}/);
    expect(said.match(/22 checks healthy/g)).toHaveLength(2);
    expect(left).toEqual({ kind: 'left', exitCode: 0 });
  });

  it('shows the status', async () => {
    const { said } = await talk('healthy', 'm', '11', '', 'm', 'x', '', 'q');
    expect(said).toMatch(/11\. Status/);
    expect(said).toContain('Everything was checked and runs.');
    expect(said).toContain('Type a number from 1 to');
  });

  it('leads to the questions', async () => {
    expect((await talk('healthy', 'c')).left).toEqual({ kind: 'walk', questions: 'all' });
  });
});
