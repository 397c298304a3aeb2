// Rewrites one file over and over with content of one letter, until it is killed. For files.test.ts.
import { LocalHost } from '../../../src/host/local.ts';

const [, , path = '', owner = ''] = process.argv;
const host = new LocalHost();
console.log('ready');
for (let count = 0; ; count += 1) {
  const letter = String.fromCharCode(97 + (count % 26));
  await host.writeFile(path, letter.repeat(300_000), { mode: 0o600, owner });
}
