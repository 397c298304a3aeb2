const row = (left: string, right: string) => `  ${left.padEnd(28)} ${right}`;

const LOGS = `otto-install logs [hermes] [open-webui] [paperclip] [nginx] [runs]

What these write down, in the order of time; without a name all of them. Reading
changes nothing. Secrets that are known here, and what looks like one, are ••••.

${row('--follow, -f', 'go on with what comes; Ctrl-C ends it with exit code 0')}
${row('--search TEXT', 'only lines with this text, large and small letters the same')}
${row('--errors', 'only errors, answers 5xx, and tracebacks')}
${row('--since TIME', "2h, 30m, 3d, 10:00, '2026-11-22 10:00'")}
${row('--lines N, -n N', 'the newest N (100; with --follow 20; with --since all)')}
${row('--json', 'one object a line: {at, source, level, error, text}')}

  otto-install logs --errors --since 1d
  otto-install logs hermes open-webui -f
  otto-install logs nginx --search ' 502 ' --since 2h | less

Exit codes: 0 read (also when nothing was found), 1 nothing could be read, 2 wrong use,
130 stopped before anything was shown
`;

const STATUS = `otto-install status

Services, ports, versions, certificate, room, the last backup and the last run on
one screen, and what a check of everything finds. Changes nothing, needs no answers.

${row('--json', 'one object')}

Exit codes: 0 everything was checked and runs, 1 otherwise, 2 could not run
`;

const SUPPORT = `otto-install support

Writes one file for somebody who is to help: status, findings, settings, the last
lines of all logs, and what the system says. It lists what is in it and asks first.

Secrets are masked by value and by shape, and the finished file is looked through for
each that is known here. Variables show names and lengths, visitors' addresses end
in x, e-mail addresses keep their first letter. No chats, accounts or database.

${row('--to FILE', 'otherwise /root/otto-support-….tar.gz')}
${row('--yes', 'do not ask')}

Exit codes: 0 written and read back, 1 not written, 2 nobody agreed, 130 you said no
`;

/** The help of `logs`, `status` and `support`; undefined for other words. */
export function viewHelp(words: readonly string[]): string | undefined {
  const command = words.find((word) => !word.startsWith('-')) ?? '';
  return new Map([
    ['logs', LOGS],
    ['status', STATUS],
    ['support', SUPPORT],
  ]).get(command);
}
