import { sendInside } from '../containers.ts';
import type { Call, Container, Outcome, Request } from '../machine.ts';
import { Unreachable } from '../network.ts';
import { administratorsOf } from '../services/paperclip.ts';

/** `docker exec … node -` with templates/paperclip/look.js. */
export async function lookAtPaperclip(container: Container, { machine }: Call): Promise<Outcome> {
  const found: { health: string | null; administrators: object[] | null } = {
    health: null,
    administrators: null,
  };
  try {
    const url = new URL('http://127.0.0.1:3100/api/health');
    const request: Request = { method: 'GET', url, headers: {}, body: '', from: 'container' };
    found.health = (await sendInside(container, request)).body;
    found.administrators = administratorsOf(machine, container).map(({ email }) => ({ email, name: email }));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
  return { exitCode: 0, stdout: `${JSON.stringify(found)}\n` };
}
