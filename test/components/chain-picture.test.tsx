import { describe, expect, it } from 'vitest';
import { ChainPicture } from '../../src/components/chain-picture.tsx';
import type { Station } from '../../src/run/chain.ts';
import { dimmed, draw, inColour } from './drawn.tsx';

const BROWSER: Station = { name: 'browser', short: '', mark: 'healthy' };
const NGINX: Station = { name: 'nginx', short: 'nginx', mark: 'healthy', way: 'whole' };
const WEBUI: Station = { name: 'Open WebUI', short: 'WebUI', mark: 'healthy', way: 'whole' };
const HERMES: Station = { name: 'Hermes', short: 'Hermes', mark: 'healthy', way: 'whole' };

const WHOLE = [BROWSER, NGINX, WEBUI, HERMES];
const CUT: readonly Station[] = [BROWSER, NGINX, WEBUI, { ...HERMES, way: 'cut' }];
const CUT_FIRST: readonly Station[] = [BROWSER, { ...NGINX, way: 'cut' }, WEBUI];
const BROKEN: readonly Station[] = [
  BROWSER,
  { ...NGINX, mark: 'broken', way: 'unknown' },
  { ...WEBUI, way: 'unknown' },
];
const UNKNOWN: readonly Station[] = [BROWSER, { ...NGINX, mark: 'waiting', way: 'unknown' }];

describe('the way of a question', () => {
  it.each([
    ['whole', WHOLE, ['browser ● ─── nginx ● ─── Open WebUI ● ─── Hermes ●']],
    [
      'cut on the way',
      CUT,
      [
        'browser ● ─── nginx ● ─── Open WebUI ● ──✗ Hermes ●',
        '                                       cut here',
      ],
    ],
    ['cut before the first', CUT_FIRST, ['browser ● ──✗ nginx ● ─── Open WebUI ●', '          cut here']],
    ['broken', BROKEN, ['browser ● ┄┄┄ nginx ✗ ┄┄┄ Open WebUI ●', '               cut here']],
    ['not known yet', UNKNOWN, ['browser ● ┄┄┄ nginx ○']],
  ])('%s', async (_, stations, lines) => {
    const labelled = await draw(<ChainPicture stations={stations} labelled />);
    expect(labelled.text().split('\n')).toEqual(lines);
    // The row of the words stays empty without them, so that nothing below it moves.
    const bare = await draw(<ChainPicture stations={stations} />);
    expect(bare.text().split('\n')).toEqual([lines[0], '']);
  });

  it.each([
    ['whole', WHOLE, ['nginx ●─WebUI ●─Hermes ●']],
    ['cut on the way', CUT, ['nginx ●─WebUI ●✗Hermes ●', '               cut here']],
    ['cut before the first', CUT_FIRST, ['✗nginx ●─WebUI ●', 'cut here']],
    ['broken', BROKEN, ['nginx ✗┄WebUI ●', 'cut here']],
    ['not known yet', UNKNOWN, ['nginx ○']],
  ])('%s, in a narrow place', async (_, stations, lines) => {
    const shown = await draw(<ChainPicture stations={stations} short labelled />, { columns: 26 });
    expect(shown.text().split('\n')).toEqual(lines);
  });

  it('is cut off, and never two rows, where even that is too long', async () => {
    const shown = await draw(<ChainPicture stations={CUT} labelled />, { columns: 30 });
    expect(shown.text()).toMatch(/^browser ● ─── nginx ● ─── Ope…(\n|$)/);
    expect(shown.text().split('\n').length).toBeLessThanOrEqual(2);
  });

  it('is red where it is cut and dim where nobody knows', async () => {
    const cut = await draw(<ChainPicture stations={CUT} labelled />);
    expect(cut.coloured()).toContain('\x1b[31m ──✗ ');
    expect(cut.coloured()).toContain(inColour('red', 'cut here'));
    expect(cut.coloured()).toContain(`Hermes ${inColour('green', '●')}`);
    const broken = await draw(<ChainPicture stations={BROKEN} />);
    expect(broken.coloured()).toContain(`${dimmed(' ┄┄┄ ')}nginx ${inColour('red', '✗')}`);
  });
});
