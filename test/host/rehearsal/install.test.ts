import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/secret/secret.ts';
import { answersWith } from '../../tasks/answers.ts';
import { codes, freshDroplet, installedDroplet, run } from './runs.ts';

/** The real tasks over the droplet in memory. */

describe('a fresh droplet', () => {
  test('becomes healthy, with only those questions that a person has to answer', async () => {
    const { told } = await installedDroplet();
    expect(told.summary).toMatchObject({ outcome: 'healthy' });
    expect(told.summary.tasks.filter(({ state }) => state !== 'healthy')).toEqual([]);
    expect(told.asked).toEqual(['firewall-unconfirmed']);
    expect(told.dialogues).toEqual(['Sign in to GitHub', 'Sign in to Claude']);
  });

  test('works at several things at once', async () => {
    const { told } = await installedDroplet();
    const at = (purpose: string) => told.done.findIndex((done) => done.startsWith(purpose));
    // Hermes's packages are installed while the image is on its way, and Paperclip is fetched while Open WebUI starts.
    expect(at("Fetch Open WebUI's image")).toBeLessThan(at('Configure Hermes'));
    expect(at('Install Hermes')).toBeLessThan(at("Make sure that Open WebUI's image is complete"));
    expect(at("Fetch Paperclip's image")).toBeLessThan(at('Make admin@client.example the administrator'));
  });

  test('ends with a chat that was had and written down', async () => {
    const { host } = await installedDroplet();
    const proof = JSON.parse((await host.readFile('/var/lib/otto-install/verified.json')) ?? '{}');
    expect(proof).toMatchObject({
      domain: 'otto.client.example',
      account: 'admin@client.example',
      through: 'open-webui',
    });
  });

  test('is left alone by a second run', async () => {
    const rehearsal = await installedDroplet();
    const again = await run(rehearsal);
    expect(again.summary).toMatchObject({ outcome: 'healthy', actions: 0 });
    expect(again.asked).toEqual([]);
  });

  test('becomes healthy with nobody there, when the answers hold what a person would bring', async () => {
    const answers = answersWith({
      unattended: true,
      githubToken: new Secret(`ghp_${'a'.repeat(36)}`),
      claude: 'api-key',
      anthropicApiKey: new Secret(`sk-ant-api03-${'a'.repeat(40)}`),
    });
    const { summary } = await run(freshDroplet(), 'install', answers);
    expect(summary).toMatchObject({ outcome: 'healthy' });
  });

  test('stays without its sign-ins when nobody is there and the answers hold none', async () => {
    const { summary } = await run(freshDroplet(), 'install', answersWith({ unattended: true }));
    expect(summary).toMatchObject({ outcome: 'findings' });
    expect(codes(summary)).toEqual({
      github: ['github-not-signed-in'],
      claude: ['claude-not-signed-in'],
    });
  });

  test('goes on where a run was stopped', async () => {
    const rehearsal = freshDroplet();
    const whole = (await run(freshDroplet())).summary.actions;
    await run(rehearsal, 'install', answersWith({ unattended: true }));
    const rest = (await run(rehearsal)).summary;
    expect(rest).toMatchObject({ outcome: 'healthy' });
    expect(rest.actions).toBeLessThan(whole / 2 + 5);
  });
});

describe('looking only', () => {
  test('a plan names what every task would do, and nothing is done', async () => {
    const rehearsal = freshDroplet();
    const { summary, done } = await run(rehearsal, 'plan');
    const planned = summary.planned?.tasks ?? [];
    const idle = planned.filter(({ actions }) => actions === 0).map(({ id }) => id);
    // Nothing is wrong with the machine; bridge and first-login can only be tried once there is something to try.
    expect(idle).toEqual(['machine', 'domain', 'bridge', 'open-site', 'first-login']);
    expect(summary.planned?.actions).toBeGreaterThan(40);
    expect(done).toEqual([]);
    expect(rehearsal.machine.packages.has('nginx')).toBe(false);
  });

  test('a check finds a fresh droplet wanting and a finished one healthy', async () => {
    expect((await run(freshDroplet(), 'check')).summary).toMatchObject({ outcome: 'findings', actions: 0 });
    const { summary } = await run(await installedDroplet(), 'check');
    expect(summary).toMatchObject({ outcome: 'healthy', actions: 0 });
  });

  test('a domain that leads elsewhere is found', async () => {
    const answers = answersWith({ domain: 'otto.elsewhere.example' });
    const { summary } = await run(freshDroplet(), 'check', answers);
    expect(codes(summary).domain).toEqual(['domain-leads-elsewhere']);
  });

  test('a domain that is not in DNS is found', async () => {
    const { summary } = await run(freshDroplet(), 'check', answersWith({ domain: 'otto.nowhere.example' }));
    expect(codes(summary).domain).toEqual(['domain-not-in-dns']);
  });
});
