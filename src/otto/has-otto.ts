import { layout } from '../answers/layout.ts';
import { loadProgress } from '../engine/records/state.ts';
import type { Host } from '../host/host.ts';

/** Whether there is an Otto, whole or not: any of the three things that only an installation leaves behind. */
export async function hasOtto(host: Host, answers: Parameters<typeof layout>[0]): Promise<boolean> {
  const { openWebui, hermes } = layout(answers);
  const paths = [openWebui.database, hermes.unit, hermes.envFile];
  const found = await Promise.all(paths.map((path) => host.stat(path).catch(() => undefined)));
  return found.some((one) => one !== undefined);
}

/** What every command says that has nothing to look at or to work on. */
export const NO_OTTO = 'This machine has no Otto yet. To install one: otto-install';

/** Whether nothing was ever begun here: looking at it would only list, with a cross each, what an installation makes. */
export async function neverHadOtto(host: Host, answers: Parameters<typeof layout>[0]): Promise<boolean> {
  return !(await hasOtto(host, answers)) && (await loadProgress(host)) === undefined;
}
