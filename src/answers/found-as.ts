/** Rules for what is read from what runs and is only taken over when it is an ordinary name, port or path. All pure. */

/** Docker's own rule for names. */
export const containerNameProblem = (name: string): string | undefined =>
  /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/.test(name) ? undefined : 'That is not a name of a container.';

export const portProblem = (port: string): string | undefined =>
  /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535 ? undefined : 'That is not a port.';

/** It stands in commands and in lists: plain characters, and no way up. */
export const foundPathProblem = (path: string): string | undefined =>
  /^(\/[\w@+~][\w.@+~-]*|\/\.[\w@+~-][\w.@+~-]*)+$/.test(path) && path.length <= 200
    ? undefined
    : 'That is not a path that can be used here.';
