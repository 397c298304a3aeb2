import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mayBeClosed } from '../../src/host/descriptors.ts';

const CLOEXEC = 0o2000000;

test.each<[string, number, number, boolean, boolean]>([
  ["Node's own", 17, CLOEXEC | 2, false, false],
  ['certificates that a thread reads', 21, 0o100000, true, false],
  ['a pipe that was left open', 9, 0, false, true],
  ['a file that was left open for writing', 9, 0o100001, true, true],
  ['a file that was left open where no thread gets its number', 200, 0o100000, true, true],
])('%s', (_, fd, flags, isFile, expected) => {
  expect(mayBeClosed(fd, flags, isFile)).toBe(expected);
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otto-descriptors-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('certificates that are being read meanwhile are read to their end', () => {
  const bundle = join(folder, 'more.crt');
  const all = rootCertificates.join('\n');
  writeFileSync(bundle, `${all}\n`.repeat(5));
  const program = join(folder, 'program.ts');
  writeFileSync(
    program,
    `import { readdirSync, readlinkSync } from 'node:fs';
     import { closeInherited } from '${fileURLToPath(new URL('../../src/host/descriptors.ts', import.meta.url))}';
     import 'node:tls';
     const isRead = () => readdirSync('/proc/self/fd').some((fd) => {
       try { return readlinkSync('/proc/self/fd/' + fd).endsWith('more.crt'); } catch { return false; }
     });
     const end = performance.now() + 3000;
     let seen = false;
     while (!seen && performance.now() < end) seen = isRead();
     closeInherited();
     setTimeout(() => console.log(seen ? 'closed meanwhile' : 'never read'), 300);`,
  );
  const { stdout, stderr, status } = spawnSync(process.execPath, [program], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', NODE_EXTRA_CA_CERTS: bundle },
  });
  expect(stderr).not.toContain('Ignoring extra certs');
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'closed meanwhile\n' });
  expect(readFileSync(bundle, 'utf8')).not.toBe('');
});
