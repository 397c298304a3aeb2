import type { FaultContext, Otto } from '../../faults/fault.ts';
import { control } from '../../internet/control.ts';
import type { Droplet } from '../../machine/droplet.ts';
import { pause } from '../../machine/shell.ts';
import { createCheck } from '../check.ts';

/** What a fault works with on that droplet. */
export async function faultContext(droplet: Droplet, log: (text: string) => void): Promise<FaultContext> {
  const { release } = await droplet.record();
  return {
    droplet,
    release,
    otto: await ottoOf(droplet),
    internet: control(droplet.places.runDir),
    check: createCheck(droplet),
    log,
    run: (...argv) => droplet.must(argv),
    // Whole operations stand in such lines, beside another droplet's work.
    shell: (line) => droplet.must(['sh', '-euc', line], { timeoutMs: 5 * 60_000 }),
    async until(what, holds, limitMs = 60_000) {
      const end = Date.now() + limitMs;
      while (!(await holds())) {
        if (Date.now() > end) throw new Error(`${what}: it did not come to that in ${limitMs / 1000} s`);
        await pause(500);
      }
    },
  };
}

/** Which of the two Ottos lives there, by the version of its Hermes. Throws when there is none. */
export async function ottoOf(droplet: Droplet): Promise<Otto> {
  const grep = "grep -m1 '^version' /home/*/.hermes/hermes-agent/pyproject.toml";
  const { stdout } = await droplet.exec(['sh', '-c', grep]);
  if (stdout === '') throw new Error(`there is no Hermes on ${droplet.name}: a fault needs a healthy Otto`);
  return /"0\.13\./.test(stdout) ? 'april' : 'current';
}
