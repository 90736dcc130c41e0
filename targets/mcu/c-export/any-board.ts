/** A board without limits but the image's own: what a plain-C export is placed on. */
import { type BoardData, boards } from "../chip.ts";

const unlimited = 2 ** 31;

export const anyBoard: BoardData = {
  ...boards[0],
  name: "c",
  title: "any processor with a C compiler",
  arena: unlimited,
  maxFrame: 65_535,
  flash: { slotBytes: unlimited, sector: 4, granule: 4 },
};
