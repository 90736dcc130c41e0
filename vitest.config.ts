import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/cli/build.ts",
    testTimeout: 60_000,
    // Two workers: the suite is sized for two cores and well under 1 GB each.
    maxWorkers: 2,
  },
});
