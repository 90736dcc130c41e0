/** The three chips with their types; one mechanism serves all. */
import type { Chip } from "../../src/target/target.ts";
import audio2 from "./xylo-audio2.json" with { type: "json" };
import audio3 from "./xylo-audio3.json" with { type: "json" };
import imu from "./xylo-imu.json" with { type: "json" };

type Limit = keyof typeof audio3.limits;

export interface XyloChip extends Chip {
  readonly limits: Readonly<Record<Limit, number>>;
  /** The word of the chip's own tools for its hidden neurons. */
  readonly hiddenName: "hidden" | "reservoir";
}

export const xyloAudio3Chip: XyloChip = {
  ...(audio3 as Chip & { limits: Record<Limit, number> }),
  hiddenName: "hidden",
};
export const xyloAudio2Chip: XyloChip = {
  ...(audio2 as Chip & { limits: Record<Limit, number> }),
  hiddenName: "reservoir",
};
export const xyloImuChip: XyloChip = {
  ...(imu as Chip & { limits: Record<Limit, number> }),
  hiddenName: "hidden",
};
