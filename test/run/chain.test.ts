import { describe, expect, it } from 'vitest';
import { GROUPS, groupOf } from '../../src/otto/groups.ts';
import { chainLines, chainOf } from '../../src/run/chain.ts';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import { tasks } from '../../src/tasks/index.ts';
import { started } from '../events.ts';
import { type Found, lookEvents, VIEWS } from '../looks.ts';

const looked = (found: Found) => lookEvents(found).reduce(reduce, NOT_STARTED);
const line = (found: Found) => chainLines(chainOf(looked(found)));

describe('the way of a question', () => {
  it.each<[string, Found, string, string?]>([
    ['whole', {}, 'browser ● ─── nginx ● ─── Open WebUI ● ─── Hermes ● ─── Claude ●'],
    [
      'a risk at its end',
      { claude: { code: 'claude-sign-in-ends-soon', severity: 'risk' } },
      'browser ● ─── nginx ● ─── Open WebUI ● ─── Hermes ● ─── Claude ▲',
    ],
    [
      'nginx down: what lies behind it is shown as it is',
      { 'nginx-site': { code: 'nginx-down' } },
      'browser ● ┄┄┄ nginx ✗ ┄┄┄ Open WebUI ● ─── Hermes ● ─── Claude ●',
      '               cut here',
    ],
    [
      'Docker down: Hermes and Claude work all the same',
      { docker: { code: 'docker-down' } },
      'browser ● ┄┄┄ nginx ● ┄┄┄ Open WebUI ✗ ┄┄┄ Hermes ● ─── Claude ●',
      '                           cut here',
    ],
    [
      'the firewall drops what comes from the container',
      { firewall: { code: 'docker0-rule-missing', severity: 'missing' } },
      'browser ● ┄┄┄ nginx ● ─── Open WebUI ● ──✗ Hermes ● ─── Claude ●',
      '                                       cut here',
    ],
    [
      'the firewall closes the port of the site: the way to Hermes was looked at in the same look',
      { firewall: { code: 'web-ports-closed' } },
      'browser ● ──✗ nginx ● ─── Open WebUI ● ┄┄┄ Hermes ● ─── Claude ●',
      '          cut here',
    ],
    [
      'Hermes listens where no container can reach it',
      { 'hermes-config': { code: 'hermes-listens-on-loopback' } },
      'browser ● ─── nginx ● ┄┄┄ Open WebUI ○ ──✗ Hermes ○ ┄┄┄ Claude ●',
    ],
    [
      'the site passes on to a wrong port',
      { 'nginx-site': { code: 'nginx-site-other-port' } },
      'browser ● ┄┄┄ nginx ● ──✗ Open WebUI ● ─── Hermes ● ─── Claude ●',
    ],
    [
      'the certificate has expired',
      { certificate: { code: 'certificate-expired' } },
      'browser ● ──✗ nginx ● ─── Open WebUI ● ─── Hermes ● ─── Claude ●',
    ],
    [
      'Claude refuses',
      { claude: { code: 'claude-token-refused' } },
      'browser ● ─── nginx ● ─── Open WebUI ● ─── Hermes ● ┄┄┄ Claude ✗',
    ],
    [
      'Claude is out of reach',
      { claude: { code: 'claude-unreachable' } },
      'browser ● ─── nginx ● ─── Open WebUI ● ─── Hermes ● ──✗ Claude ●',
    ],
    [
      'still starting is not a cut',
      { 'open-webui': { code: 'open-webui-starting', severity: 'missing', fixes: [] } },
      'browser ● ─── nginx ● ┄┄┄ Open WebUI ○ ┄┄┄ Hermes ● ─── Claude ●',
    ],
    [
      'a machine that holds up everything says nothing about the links',
      { machine: { code: 'disk-full' } },
      'browser ● ┄┄┄ nginx ○ ┄┄┄ Open WebUI ○ ┄┄┄ Hermes ○ ┄┄┄ Claude ○',
    ],
    [
      'what is not on the line does not cut it',
      { paperclip: { code: 'paperclip-stopped' } },
      'browser ● ─── nginx ● ─── Open WebUI ● ─── Hermes ● ─── Claude ●',
    ],
  ])('%s', (_, found, drawn, below) => {
    const [first, second] = line(found);
    expect(first).toBe(drawn);
    if (below !== undefined) expect(second?.trimEnd()).toBe(below);
    if (!drawn.includes('✗')) expect(second).toBeUndefined();
  });

  it('shows the first of several cuts as the one that a visitor meets', () => {
    const [, below] = line({
      'nginx-site': { code: 'nginx-down' },
      claude: { code: 'claude-token-refused' },
    });
    expect(below?.indexOf('cut here')).toBe('browser ● ┄┄┄ '.length + 1);
  });

  it('knows nothing before anything was looked at', () => {
    const [first] = chainLines(chainOf(reduce(NOT_STARTED, started(VIEWS, 'check'))));
    expect(first).toBe('browser ● ┄┄┄ nginx ○ ┄┄┄ Open WebUI ○ ┄┄┄ Hermes ○ ┄┄┄ Claude ○');
  });

  it('fits into a narrow terminal', () => {
    const [first] = chainLines(chainOf(looked({ domain: { code: 'domain-not-in-dns' } })), true);
    expect(first).toBe('✗nginx ○┄WebUI ●─Hermes ●─Claude ●');
  });
});

describe('the groups', () => {
  it('have every task once', () => {
    const grouped = GROUPS.flatMap((group) => group.tasks);
    expect(grouped.toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
    expect(groupOf('hermes-config').title).toBe('Hermes');
  });
});
