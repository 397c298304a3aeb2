import { GROUPS } from '../../src/otto/groups.ts';
import { type FindingKind, wordsOf } from '../../src/tasks/finding.ts';
import { tasks } from '../../src/tasks/index.ts';

/** A way in which a fault comes about, from the catalogue of test/droplet/faults. */
export interface Cause {
  /** What was done to the droplet: 'API_SERVER_HOST=127.0.0.1 in .env'. */
  readonly title: string;
  /** The codes that a look names for it. */
  readonly codes: readonly string[];
}

const HEAD = `# Pitfalls

Every way in which an Otto is known to break, as \`otto-install\` names it. This page is made from the program's own catalogue (\`npm run docs\`): the reasons here are the words
that it shows. \`otto-install check\` looks for all of them and changes nothing; \`otto-install fix CODE\` fixes one, and naming it is the consent to what that interrupts.

*broken*: there and wrong. *missing*: not there. *blocked*: only a person or the outside world can change it. *risk*: works, but should not stay so, and holds nothing
back. ‹…› stands for what is only known on the machine; what was seen, and the ways to fix it, are shown there. "How it comes about" names what was done to a real droplet in the tests (\`test/droplet/faults\`), found and fixed.
`;

/** docs/pitfalls.md: a heading with an anchor for each code, by groups and tasks. Pure. */
export function pitfallsPage(findings: readonly FindingKind[], causes: readonly Cause[]): string {
  const known = new Set(tasks.map(({ id }) => id));
  const sections = GROUPS.flatMap((group) =>
    tasks
      .filter(({ id }) => group.tasks.includes(id))
      .map(({ id, title, step, why }) => ({
        title: title === group.title ? title : `${group.title}: ${title}`,
        about: `${step}. ${why}`,
        findings: findings.filter(({ owner }) => owner === id),
      })),
  );
  const shared = findings.filter(({ owner }) => owner === undefined || !known.has(owner));
  const all = [...sections, { title: 'Several parts', about: 'Any part can have these.', findings: shared }];
  const filled = all.filter((section) => section.findings.length > 0);
  const contents = filled.map((section) => {
    const codes = section.findings.map(({ code }) => `[${code}](#${code})`).join(' · ');
    return `- **${section.title}**: ${codes}`;
  });
  const bodies = filled.map((section) => {
    const pages = section.findings.map((finding) => codePage(finding, causes));
    return [`## ${section.title}`, escaped(section.about), ...pages].join('\n\n');
  });
  return `${[HEAD, ...contents].join('\n')}\n\n${bodies.join('\n\n')}\n`;
}

function codePage(finding: FindingKind, causes: readonly Cause[]): string {
  const { code, severity, reason, impact } = finding;
  const titles = causes.filter(({ codes }) => codes.includes(code)).map(({ title }) => title);
  const lost = impact === undefined ? undefined : wordsOf(impact);
  const parts = [
    `### <a id="${code}"></a>${code}`,
    `*${[severity].flat().join('* or *')}*: ${escaped(wordsOf(reason))}`,
    lost === undefined ? '' : `Left as it is: ${escaped(lost)}`,
    titles.length === 0 ? '' : `How it comes about: ${titles.map(escaped).join('; ')}.`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** So that Markdown shows it as it is. */
function escaped(text: string): string {
  const code = text.split(/(`[^`]*`)/);
  return code
    .map((part) => (part.startsWith('`') ? part : part.replaceAll(/[\\*_<>[\]]/g, '\\$&')))
    .join('')
    .replaceAll(/\s+/g, ' ');
}
