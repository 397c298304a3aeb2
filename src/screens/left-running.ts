/** What screens are left with when the run goes on by itself. */
export const LEFT_RUNNING = Symbol('left running');
