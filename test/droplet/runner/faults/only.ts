import { patternOf } from './pattern.ts';

/** Those that these names or patterns ('hermes-*') mean, in the catalogue's order. Throws on one that means none. */
export function named<One extends { readonly name: string }>(
  all: readonly One[],
  patterns: readonly string[],
): readonly One[] {
  const matchers = patterns.map((pattern) => {
    const matcher = patternOf(pattern);
    if (!all.some(({ name }) => matcher.test(name)))
      throw new Error(`there is none that is called '${pattern}'`);
    return matcher;
  });
  return all.filter(({ name }) => matchers.some((matcher) => matcher.test(name)));
}
