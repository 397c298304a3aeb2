import { layout } from '../answers/layout.ts';
import type { Host } from '../host/host.ts';

/** Whether there is an Otto, whole or not: any of the three things that only an installation leaves behind. */
export async function hasOtto(host: Host, answers: Parameters<typeof layout>[0]): Promise<boolean> {
  const { openWebui, hermes } = layout(answers);
  const paths = [openWebui.database, hermes.unit, hermes.envFile];
  const found = await Promise.all(paths.map((path) => host.stat(path).catch(() => undefined)));
  return found.some((one) => one !== undefined);
}
