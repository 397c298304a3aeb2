// Takes the lock in the folder that it is given and holds it until it is killed. For lock.test.ts.
import { acquireLock } from '../../../src/engine/records/lock.ts';

await acquireLock(process.argv[2] ?? '', { mode: 'install', version: '1.0.0' }, { staleMs: 2_000 });
console.log('held');
setInterval(() => undefined, 1_000);
