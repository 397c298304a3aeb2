import { ANSWER_SOURCES } from '../answers/sources.ts';

/**
 * The whole help on one screen of text. It is made into a file when the package is built, so that the launcher answers
 * `--help` without starting the program: nothing heavy may be imported here.
 */
export function helpText(): string {
  const answers = ANSWER_SOURCES.map(({ flag, value, what }) => row(`${flag} ${value}`, what));
  return `otto-install puts an Otto on this server and mends it: Open WebUI, Hermes,
Claude, Paperclip, nginx and a certificate.

Usage
${row('otto-install', 'look, ask, show the plan, and install or mend')}
${row('otto-install check', 'only look; --watch repeats, --list names every check')}
${row('otto-install fix [CODE …]', 'mend these findings (naming is consent); or all that is safe')}
${row('otto-install plan', 'print what would be done, change nothing')}
${row('otto-install reset-password', 'give an account of Open WebUI a new password')}
${row('otto-install update all', 'or hermes, open-webui, paperclip; each goes back if it fails')}
${row('otto-install rotate-key', 'a new key between Open WebUI and Hermes')}
${row('otto-install backup', 'one checked archive, now or every night (--daily yes)')}
${row('otto-install restore', 'put such an archive back, also on a bare machine')}
${row('otto-install restart', 'one part or all of it')}
${row('otto-install status', 'services, ports, versions, findings on one screen')}
${row('otto-install logs', 'of all parts by time; --follow, --search, --errors, --since')}
${row('otto-install support', 'a file for somebody who is to help, without secrets')}
${row('otto-install uninstall', 'take Otto off again; its data stays unless asked for twice')}
  These ask what is not given; each has a --help of its own.

Options
${row('--yes', 'ask nothing: what needs consent is reported and not done')}
${row('--answers FILE', 'answers as YAML or JSON; - is standard input')}
${row('--json', 'events or findings as JSON, one per line')}
${row('--plain', 'lines of text, no screens (for screen readers)')}
${row('--no-color', 'no colours (also with NO_COLOR)')}
${row('--rehearse', 'everything, on a server that exists only in memory')}
${row('--version, --help', '')}

Answers: as a flag, as OTTO_DOMAIN=…, or as "domain: …" in the file; in this order
${answers.join('\n')}
  A secret is never an argument: name a file that holds it, or use the variable (OTTO_API_KEY).
  What is not given: keys and password are generated, the rest has a default or is asked.

Examples
  otto-install
  otto-install check --json
  otto-install --yes --domain otto.example.com --email you@example.com
  otto-install --yes --answers answers.yaml     with 'domain: otto.example.com' and so on in it

As root start npx with:  cd / && npx -y otto-install
  In a folder of another user npx runs what that user put there.

Exit codes
  0  healthy     1  findings are left, or it failed     2  wrong use, missing answers, or it could not run
  130  stopped by you

Files
  /var/log/otto-install/                 a log of each run, without secrets
  /var/lib/otto-install/                 answers without secrets, and files as they were before
  /root/otto-admin-password.txt          the first account's password, when it was generated
`;
}

function row(left: string, right: string): string {
  return `  ${left.padEnd(36)} ${right}`.trimEnd();
}
