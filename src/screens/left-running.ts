/** What screens are left with when the run goes on by itself. */
export const LEFT_RUNNING = Symbol('left running');

/** What stays in the terminal then. */
export const LEFT_RUNNING_TEXT = `It goes on by itself, also when you log out. To watch it again, from any session: otto-install attach\n`;
