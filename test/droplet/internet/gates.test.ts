import { expect, it } from 'vitest';
import { createGates } from './gates.ts';

it('holds what is asked of a host below a path until the gate is opened, and nothing else', async () => {
  const { control, pass } = createGates();
  await control.close('deb.small.example', '.deb');
  await pass('deb.small.example', '/debian/InRelease');
  await pass('ghcr.io', '/v2/a.deb');
  let through = false;
  const waits = pass('deb.small.example', '/debian/pool/nginx.deb').then(() => {
    through = true;
  });
  expect(await control.waiting('deb.small.example')).toBe(1);
  expect(await control.waiting('ghcr.io')).toBe(0);
  expect(through).toBe(false);
  await control.open('deb.small.example');
  await waits;
  await pass('deb.small.example', '/debian/pool/nginx.deb');
  expect(await control.waiting('deb.small.example')).toBe(0);
});
