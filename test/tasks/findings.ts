import type { Finding } from '../../src/engine/contracts/task.ts';

/** A finding in one line: 'missing firewall-off'. With '(asks)' when its recommended fix is never applied unasked. */
export function words(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ severity, code, fixes }) => {
    const asks = fixes[0]?.consequence === undefined ? '' : ' (asks)';
    return `${severity} ${code}${asks}`;
  });
}

/** What the recommended fixes would do, one line each: the command, or the file that is written. */
export function steps(findings: readonly Finding[]): readonly string[] {
  return findings
    .flatMap(({ fixes }) => fixes[0]?.actions ?? [])
    .map((action) => (action.kind === 'write-file' ? `write ${action.path}` : action.argv.join(' ')));
}
