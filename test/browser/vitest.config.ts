import { defineConfig } from "vitest/config";

/** Pages in a real browser: `npm run test:browser`, where a Chromium is installed. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.browser.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
