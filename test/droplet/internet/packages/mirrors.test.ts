import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { asking } from '../asking.ts';
import { createFileServer, createNpmRegistry } from './mirrors.ts';

async function directory(files: Record<string, string>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'otto-mirror-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}

describe('the mirrors', () => {
  it('serve files, and the index of a folder', async () => {
    const root = await directory({ 'simple/aiohttp/index.html': 'the index', 'files/a+b.whl': 'the wheel' });
    const ask = await asking('pypi.small.example', createFileServer(root));
    expect(await (await ask('/simple/aiohttp/')).text()).toBe('the index');
    expect(await (await ask('/simple/aiohttp')).text()).toBe('the index'); // redirected
    const wheel = await ask('/files/a%2Bb.whl');
    expect([await wheel.text(), wheel.headers.get('content-length')]).toEqual(['the wheel', '9']);
    expect((await ask('/files/c.whl')).status).toBe(404);
  });

  it('serve nothing outside of their folder', async () => {
    const root = await directory({ 'public/a': 'a', 'public-not/b': 'b', secret: 'c' });
    const ask = await asking('deb.small.example', createFileServer(join(root, 'public')));
    expect((await ask('/a')).status).toBe(200);
    expect((await ask('/..%2fsecret')).status).toBe(404);
    expect((await ask('/..%2fpublic-not%2fb')).status).toBe(404);
  });

  it('serve packages as npm asks for them', async () => {
    const root = await directory({
      '@scope/tool/packument.json': '{"name":"@scope/tool"}',
      '@scope/tool/-/tool-1.0.0.tgz': 'the package',
    });
    const ask = await asking('npm.small.example', createNpmRegistry(root));
    expect(await (await ask('/@scope%2ftool')).json()).toEqual({ name: '@scope/tool' });
    expect(await (await ask('/@scope/tool/-/tool-1.0.0.tgz')).text()).toBe('the package');
    expect((await ask('/left-pad')).status).toBe(404);
  });
});
