/** What may differ between two runs of the same story: when, where, which version, how much, and what is secret. */
const DIFFERENCES: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  // The test droplets are Debian, the rehearsal is the Ubuntu of the runbook: the wizard says so and asks.
  [
    /▲ This machine runs Debian GNU\/Linux\s+(?:\d+\s+\(\w+\)|\w+\/sid)\.(?:\s+(?:Why: )?The runbook was tested on[\s\S]*?probably\s+work\.)?/g,
    '',
  ],
  // Its line in the plan is one that the rehearsal has for one part more.
  [/^ {5}nginx site .*\n(?= +↓ \d+ more$)/gm, ''],
  [/↓ \d+ more$/gm, '↓ ‹number› more'],
  [/, asks you first about 1 thing\.$/gm, ', nothing that exists is changed.'],
  [/^.*This machine +Continue with Debian.*\n/gm, ''],
  [/^● This machine: Continue with Debian.*\n/gm, ''],
  [/(?<=The plan +)\d+ actions/g, '‹number› actions'],
  [/(?<=Healthy: )This machine, /g, ''],
  // Where the pointer stands, what a spinner shows, and which other parts are done already.
  [/^ ▸(?= {3})/gm, '  '],
  [/[◐◓◑◒]/g, '◐'],
  [/^ browser .*$/gm, chainOnTheWay],
  [/^Log +\/var\/log\/otto-install\/.*\n/gm, ''],
  [/Debian GNU\/Linux (?:\d+ \(\w+\)|\w+\/sid)(?!, systemd)/g, 'Debian ‹release›'],
  // A package of its own since trixie.
  [/ '\?exact-name\(docker-cli\)'/g, ''],
  [/,? docker-cli\b/g, ''],
  [/(?:Debian|Ubuntu)[^,\n]*, systemd, root/g, '‹system›, systemd, root'],
  [/\d+ vCPU · \d+ GB memory · \d+ GB disk free/g, '‹size›'],
  [/Password of (\S+):\s+\S+/g, 'Password of $1: ‹password›'],
  [/https:\/\/claude\.\S+(?:\n \S+)*/g, '‹sign-in link›'],
  [/Code: \w{4}-\w{4,}/g, 'Code: ‹code›'],
  [/otto-(?:rehearsal|t\d+-\d+)(?: · [\d.]+)?/g, '‹machine›'],
  // The number that a system account gets.
  [/(?<=(?:--uid|--gid|USER_UID=|USER_GID=|give \S+|-o|-g|:)\s?)9\d\d\b(?: 9\d\d\b)?/g, '‹id›'],
  // Who tries a new login, and for how long it can be tried.
  [/\bssh (?:-p \d+ )?\w+@\S+$/gm, 'ssh ‹here›'],
  [/Undone in \d+ seconds?/g, 'Undone in ‹number› seconds'],
  // Where npx has put it.
  [/(?<=\/_npx\/)[0-9a-f]+/g, '‹id›'],
  [/\d{8}T\d{6}Z/g, '‹time›'],
  [/\d{1,3}(?:\.\d{1,3}){3}/g, '‹address›'],
  [/(?:\d+ h )?(?:\d+ min )?\d+(?:\.\d+)? m?s\b/g, '‹duration›'],
  [/\b\d+:\d\d\b/g, '‹duration›'],
  [/\d+\.\d+\.\d+/g, '‹version›'],
  // What a plan comes to.
  [/\d+ steps?, (?:about [a-z0-9]+ minutes?|less than a minute)(?:, [\d.]+ [MG]B)?/g, '‹amount›'],
  // How far a run is, and how long it still takes.
  [/[─█]+ \d+ %(?: · [a-z0-9 ]+ left)?/g, '─'.repeat(78)],
  [/ REHEARSAL: nothing on this machine is touched (?=[─█])/g, '─'],
  [/[─█]{20,}/g, '─'.repeat(78)],
];

/** The chain while not all of it is there: where it is cut is compared, not how far the other parts are by then. */
function chainOnTheWay(line: string): string {
  const marks = line.replace(/(?<! ──)[●○◐▲✗]/g, '·');
  return /[┄✗]/.test(line) ? marks.replaceAll('───', '┄┄┄') : marks;
}

/** A text with everything replaced that may differ between two runs, without blanks at the ends of its lines. */
export function normalise(text: string): string {
  const replaced = DIFFERENCES.reduce((so, [pattern, by]) => so.replace(pattern, by as string), text);
  return replaced
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}

/** The words of a normalised text: what is replaced has another length, so lines may break elsewhere. */
export function words(text: string): string[] {
  return normalise(text).trim().split(/\s+/);
}
