import { defineConfig } from "vitest/config";

/** The package as npm packs it: `npm run test:package`, which builds first. */
export default defineConfig({
  test: {
    include: ["test/package/**/*.package.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
