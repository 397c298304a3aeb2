/** The word that makes this program the process of a run. */
export const RUN_COMMAND = 'run-detached';
