/** What a name has to be like for a pattern in which each '*' stands for anything: 'hermes-*'. */
export function patternOf(pattern: string): RegExp {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`);
}
