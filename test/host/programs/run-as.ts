/** Says what is open in a command of another user's; 3 is the folder that is being listed. */
import { LocalHost } from '../../../src/host/local.ts';

const { stdout, stderr } = await new LocalHost().exec(['ls', '/proc/self/fd'], { user: 'nobody' });
process.stdout.write(`${stdout.trim().split('\n').join(' ')}${stderr}\n`);
