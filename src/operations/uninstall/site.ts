/**
 * The site as it was before certbot added https to it: the block that sends visitors to https goes, and its `listen` lines
 * come back where certbot put its own. A text that certbot did not change comes back as it is. Pure.
 *
 * What certbot writes was seen with its releases 2.1 and 4.0.
 */
export function withoutCertbot(text: string): string {
  const redirect =
    /\n*\nserver \{\s*\n(?:\s*if \(\$host = [^)]*\) \{\s*\n\s*return 301 [^\n]*\n\s*\} # managed by Certbot\s*\n)+([\s\S]*?)\n\s*return 404; # managed by Certbot\s*\}\s*$/;
  const [whole, rest] = redirect.exec(text) ?? [];
  if (whole === undefined || rest === undefined) return text;
  const listens = rest
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('listen '));
  const block = text.slice(0, text.length - whole.length).trimEnd();
  const [own, ...managed] = splitManaged(block);
  if (own === undefined || managed.length === 0) return text;
  return `${[own.trimEnd(), '', ...listens.map((line) => `    ${line}`)].join('\n')}\n}\n`;
}

/** What comes before certbot's lines, and those lines. */
function splitManaged(block: string): readonly string[] {
  const lines = block.split('\n');
  const first = lines.findIndex((line) => / # managed by Certbot\s*$/.test(line));
  if (first < 0) return [block];
  return [lines.slice(0, first).join('\n'), ...lines.slice(first)];
}
