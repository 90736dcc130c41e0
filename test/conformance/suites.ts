/**
 * The list of golden suites: suites.json, checked. An issue that finishes a suite flips its status there.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./golden.ts";

/** What computes the vectors: float evaluation, the neuron law, an emulated chip, a codec, an importer, a quantizer. */
const kinds = ["float", "law", "device", "codec", "importer", "quantizer"] as const;
const statuses = ["done", "not yet"] as const;

export interface Suite {
  readonly name: string;
  /** Below the golden folder: files, folders ("nir/lif/"), or files with * in their name. Each must match something. */
  readonly files: readonly string[];
  readonly runner: (typeof kinds)[number];
  /** How many the whole golden tree holds, once the suite is done: none may drop out unseen. */
  readonly vectors?: number;
  readonly status: (typeof statuses)[number];
}

/** Throws for a list that is malformed: a mistyped status must not let a suite pass. */
export function readSuites(): readonly Suite[] {
  const suites: Suite[] = JSON.parse(readFileSync(join(repository, "test/conformance/suites.json"), "utf8"));
  for (const suite of suites) {
    const valid = kinds.includes(suite.runner) && statuses.includes(suite.status) && suite.files.length > 0;
    if (!valid) throw new Error(`suites.json: ${suite.name} has an unknown runner or status, or no files`);
  }
  return suites;
}
