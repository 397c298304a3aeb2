/** What {@link untilStopped} resolves to when the run was stopped first. */
export const STOPPED = Symbol('stopped');

/** The result of the work, or STOPPED as soon as the signal is aborted; nobody waits for the work then. */
export async function untilStopped<Result>(
  work: Promise<Result>,
  stop: AbortSignal,
): Promise<Result | typeof STOPPED> {
  if (stop.aborted) {
    work.catch(() => undefined);
    return STOPPED;
  }
  let onAbort: () => void = () => undefined;
  const stopped = new Promise<typeof STOPPED>((resolve) => {
    onAbort = () => resolve(STOPPED);
    stop.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    stop.removeEventListener('abort', onAbort);
  }
}
