import { isControl, numberOf } from './controls.ts';
import type { FlowName } from './flow.ts';

/** What watch/canary.py saw of the machine after a flow. */
export interface Looked {
  /** Path, what it was, what it is; null when it was or is not there. */
  readonly changes: readonly (readonly [path: string, was: string | null, now: string | null])[];
  readonly marked: readonly string[];
  readonly owned: readonly (readonly [path: string, user: string])[];
  readonly open: readonly string[];
  readonly setuid: readonly string[];
  readonly victims: readonly string[];
  readonly pwned: readonly string[];
  readonly processes: readonly string[];
  readonly containers: readonly string[];
}

/** What of root's secrets came out, and what stands raw in logs and bundles. */
export interface Leaked {
  readonly leaks: readonly string[];
  readonly controls: readonly string[];
}

/** What any flow may change, because it is otto-install's own or changes by itself. */
const ALWAYS: readonly RegExp[] = [
  /^\/(etc|root|usr\/local|var\/lib|var\/spool|usr|opt|boot|srv|usr\/local\/(lib|bin|share))$/,
  /^\/usr\/local\/lib\/otto-install(\/|$)/,
  /^\/etc\/otto-install(\/|$)/,
  /^\/root\/(for-support[^/]*|\.(config|docker|bash_history|python_history|npm|local|gnupg|node_repl_history|wget-hsts).*|given.*)$/,
  /^\/opt\/cleo(\/|$)/,
  /^\/opt\/otto/,
  /^\/etc\/(mtab|resolv\.conf|hosts|ld\.so\.cache|adjtime|\.pwd\.lock)$/,
  /^\/var\/lib\/(apt|dpkg\/(lock|triggers)|ucf|logrotate|ufw|nginx|letsencrypt|NetworkManager|dbus|misc|pam|man-db|command-not-found)/,
  /^\/usr\/.*\/__pycache__/,
];

/** What a flow is for. */
const OF_FLOW: Partial<Record<FlowName, readonly RegExp[]>> = {
  fix: [/^\/etc\/(systemd\/system\/(hermes-gateway|multi-user)|nginx\/|ufw\/)/],
  restore: [
    /^\/etc\/systemd\/system\/hermes-gateway\.service(\.d\/[^/]*)?$/,
    /^\/etc\/(nginx|letsencrypt)\//,
    /^\/etc\/systemd\/system$/,
    /^\/etc\/nginx$/,
  ],
  'nightly-backup': [
    /^\/etc\/systemd\/system(\/(otto-install-backup\.(service|timer)|timers\.target\.wants(\/otto-install-backup\.timer)?))?$/,
  ],
  'rotate-key': [/^\/etc\/systemd\/system\/hermes-gateway\.service/],
  'update-hermes': [/^\/etc\/systemd\/system\/hermes-gateway\.service/],
};

/** These make or remove most of what there is: only what is never right is looked at. */
const CHANGES_ALL: readonly FlowName[] = ['install', 'uninstall'];

/** Units that an Otto and the packages below it bring. */
const UNITS =
  /^\/etc\/systemd\/system\/((hermes-gateway|otto-install[\w-]*|home)\.(service|timer|mount)|hermes-gateway\.service\.d\/[\w.-]*otto[\w.-]*)$/;

/** Pure. The effects that an attack had, a sentence each; empty when it had none. */
export function effectsOf(flow: FlowName, looked: Looked, leaked: Leaked): readonly string[] {
  const allowed = [...ALWAYS, ...(OF_FLOW[flow] ?? [])];
  const strange = looked.changes.filter(([path, was, now]) => {
    if (path.startsWith('/root/pwned-') || path.includes('victim')) return false;
    if (allowed.some((pattern) => pattern.test(path))) return false;
    if (!CHANGES_ALL.includes(flow)) return true;
    // A unit that nobody but an Otto or a package's link brings.
    return (
      was === null &&
      now?.startsWith('file') === true &&
      path.startsWith('/etc/systemd/system/') &&
      !UNITS.test(path)
    );
  });
  const told = [
    ...looked.pwned.map((path) => `root ran what was planted: ${path}`),
    ...looked.victims,
    ...strange.map(
      ([path, was, now]) =>
        `${was === null ? 'new' : 'changed'}: ${path} (${was ?? 'nothing'} → ${now ?? 'nothing'})`,
    ),
    ...looked.marked.map((path) => `marked: ${path}`),
    ...looked.owned.filter(([path]) => !isMeant(path)).map(([path, user]) => `owned by ${user}: ${path}`),
    ...looked.open.map((path) => `everybody may write ${path}`),
    ...looked.setuid.map((path) => `new: ${path} is set-uid and of no package`),
    ...looked.processes.map((path) => `root runs ${path}`),
    ...looked.containers,
    ...leaked.leaks,
    ...leaked.controls,
  ];
  return shortened(told);
}

/** Of everything that happened to one folder of the system's, the first few: a tree that was put there has hundreds. */
const MOST_OF_A_KIND = 4;

function shortened(effects: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  return effects.filter((effect) => {
    const kind = /^(?:\w+(?: by \w+)?): \/[^/ ]+\/[^/ ]+/.exec(effect)?.[0] ?? effect;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return (counts.get(kind) ?? 0) <= MOST_OF_A_KIND;
  });
}

/** A mailbox of the user's own; what containers own below /opt is told by who reads it. */
const isMeant = (path: string): boolean => /^\/(var\/spool\/(mail|cron)|opt\/cleo)\//.test(path);

/** Sequences of the attackers' own (watch/plants.py, others.py) that must not reach a terminal as they are. */
const OBEYED: readonly (readonly [name: string, text: string])[] = [
  ['a title', '\u001b]0;PWNED'],
  ['the clipboard', '\u001b]52;'],
  ['a C1 command', '\u009b'],
  ['text turned around', '\u202e'],
  ['a line separator', '\u2028'],
  ['DEL', '\u007f'],
];

/** Pure. What a terminal, or a program that reads JSON, got of the attackers' sequences. */
export function obeyed(where: string, text: string): readonly string[] {
  return OBEYED.filter(([, sequence]) => text.includes(sequence)).map(
    ([name]) => `${where} shows ${name} raw`,
  );
}

/** Pure. What no output without a terminal may hold at all. */
export function controlsIn(where: string, text: string): readonly string[] {
  const found = new Set([...text].filter((one) => isControl(one) && one !== '\n' && one !== '\t'));
  return [...found].map((one) => `${where} shows ${numberOf(one)} raw`);
}
