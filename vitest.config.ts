import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // The scenarios on the real droplet run with `npm run droplet -- test`, not here.
    exclude: ['test/droplet/scenarios/**'],
    testTimeout: 20_000,
  },
});
