/**
 * `npm run test:slow`: the same stories, taken further. They race for longer, are cut off at more moments and are tried with
 * more texts; `npm test` plays a short one of each.
 */
export const thorough = process.env.OTTO_TESTS === 'thorough';
