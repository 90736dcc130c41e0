/** chip.json with its type. */
import type { Chip } from "../../src/target/target.ts";
import data from "./chip.json" with { type: "json" };

export const chip = data as Chip;
