/**
 * Large networks on one page: nodes that are folded into the next one share its box; where that is not enough the middle of
 * the road becomes a single box. What the picture leaves out stands in the table below it.
 */
import type { Box, Picture, Stave } from "./report-data.ts";

/** Boxes that a picture shows of one stave. */
export const mostBoxes = 60;
const shownFirst = 36;

interface Folding {
  readonly stave: Stave;
  /** Where each box of the whole stave went. */
  readonly places: readonly number[];
}

/** Each box goes into the group `groups[box]`; `boxOf` draws a group from its members. */
function regroup(
  stave: Stave,
  groups: readonly number[],
  boxOf: (members: readonly number[]) => Omit<Box, "sources">,
): Folding {
  const kept = [...new Set(groups)].sort((a, b) => a - b);
  const placeOf = new Map(kept.map((group, place) => [group, place]));
  const places = groups.map((group) => placeOf.get(group)!);
  const members: number[][] = kept.map(() => []);
  places.forEach((place, box) => {
    members[place].push(box);
  });
  const boxes = members.map((own, place): Box => {
    const sources = own.flatMap((box) => stave.boxes[box].sources.map((source) => places[source]));
    return { ...boxOf(own), sources: [...new Set(sources)].filter((source) => source !== place) };
  });
  return { stave: { ...stave, boxes }, places };
}

/** A folded box with a single user goes into that user. */
function foldChains(stave: Stave): Folding {
  const users: number[][] = stave.boxes.map(() => []);
  stave.boxes.forEach(({ sources }, box) => {
    for (const source of new Set(sources)) users[source].push(box);
  });
  const groups = stave.boxes.map((_, box) => box);
  for (let box = stave.boxes.length - 1; box >= 0; box--)
    if (stave.boxes[box].state === "folded" && users[box].length === 1 && users[box][0] > box)
      groups[box] = groups[users[box][0]];
  return regroup(stave, groups, (members) => {
    const last = stave.boxes[members[members.length - 1]];
    if (members.length === 1) return last;
    const names = members.map((box) => stave.boxes[box].name).join(", ");
    return {
      ...last,
      detail: `${last.detail} +${members.length - 1}`,
      text: `${last.text}; with ${names}`,
    };
  });
}

/** The first and the last boxes, and one for all between. */
function foldMiddle(stave: Stave): Folding {
  const count = stave.boxes.length;
  const lastShown = count - (mostBoxes - shownFirst - 1);
  const groups = stave.boxes.map((_, box) => (box < shownFirst || box >= lastShown ? box : shownFirst));
  return regroup(stave, groups, (members) => {
    const [first] = members;
    if (members.length === 1) return stave.boxes[first];
    const middle = members.map((box) => stave.boxes[box]);
    const state = middle.some((box) => box.state === "refused") ? "refused" : "folded";
    return {
      name: `… ${members.length} more`,
      detail: "see the table",
      text: `${members.length} nodes, from ${middle[0].name} to ${middle[middle.length - 1].name}`,
      state,
    };
  });
}

function foldStave(stave: Stave): Folding {
  const whole = { stave, places: stave.boxes.map((_, box) => box) };
  const through = (first: Folding, second: Folding): Folding => ({
    stave: second.stave,
    places: first.places.map((place) => second.places[place]),
  });
  if (stave.boxes.length <= mostBoxes) return whole;
  const chained = foldChains(stave);
  if (chained.stave.boxes.length <= mostBoxes) return chained;
  return through(chained, foldMiddle(chained.stave));
}

/** The picture with at most `mostBoxes` boxes a stave. */
export function foldPicture({ graph, network, links }: Picture): Picture {
  const above = graph && foldStave(graph);
  const below = network && foldStave(network);
  const moved = links.map(([node, population]): [number, number] => [
    above?.places[node] ?? node,
    below?.places[population] ?? population,
  ]);
  const seen = new Set<string>();
  const unique = moved.filter((link) => {
    const key = link.join();
    return !seen.has(key) && seen.add(key);
  });
  return { graph: above?.stave ?? null, network: below?.stave ?? null, links: unique };
}
