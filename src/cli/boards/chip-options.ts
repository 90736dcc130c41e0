/** Choices that only one chip has, as options of the command line: --chip-option simulator=event, as often as needed. */
import { InvalidArgumentError, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { PlaceOptions, Target } from "../../target/target.ts";

export type ChipChoices = Readonly<Record<string, string>>;

function addChoice(text: string, chosen: ChipChoices = {}): ChipChoices {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("NAME=VALUE is needed.");
  return { ...chosen, [name]: value };
}

export const chipOption = (): Option =>
  new Option(
    "--chip-option <name=value>",
    "a choice that only this chip has (see spikec targets NAME; repeatable)",
  ).argParser(addChoice);

/** For `place`. Throws SPK-0002 where the chip leaves no such choice; values are the chip's to judge. */
export function chipChoices(target: Target, chosen: ChipChoices | undefined): Pick<PlaceOptions, "chip"> {
  if (chosen === undefined) return {};
  const known = (target.options ?? []).map(({ name }) => name);
  const other = Object.keys(chosen).find((name) => !known.includes(name));
  if (other === undefined) return { chip: chosen };
  const advice = known.length === 0 ? "Leave it out." : `It has: ${known.join(", ")}.`;
  throw new SpikecError("SPK-0002", `${target.name} has no option "${other}"`, { where: other, advice });
}
