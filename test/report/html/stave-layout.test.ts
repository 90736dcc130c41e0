import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldPicture, mostBoxes } from "../../../src/report/html/fold-stave.ts";
import type { Box } from "../../../src/report/html/report-data.ts";
import { layOut } from "../../../src/report/html/stave-layout.ts";

const box = (sources: readonly number[], state: Box["state"] = "kept"): Box => ({
  name: "box",
  detail: "",
  text: "",
  state,
  sources,
});

/** Any wiring, loops included. */
const wirings = fc
  .integer({ min: 1, max: 25 })
  .chain((size) =>
    fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
  );

describe("layOut", () => {
  it("puts no two boxes in one place and no wire through a box, whatever the wiring", () => {
    fc.assert(
      fc.property(wirings, (wiring) => {
        const { boxes, wires, columns } = layOut(wiring.map((sources) => box(sources)));
        const places = boxes.map(({ column, lane }) => `${column},${lane}`);
        expect(new Set(places).size).toBe(boxes.length);
        expect(Math.max(...boxes.map(({ column }) => column)) + 1).toBe(columns);
        for (const { column, fromLane, toLane, fromBox, toBox } of wires) {
          expect(places.includes(`${column},${fromLane}`), "a wire begins at a box, or passes").toBe(fromBox);
          expect(places.includes(`${column + 1},${toLane}`), "a wire ends at a box, or passes").toBe(toBox);
        }
      }),
    );
  });

  it("leads a wire from every source to its user, and names the others as feedback", () => {
    fc.assert(
      fc.property(wirings, (wiring) => {
        const { boxes, wires } = layOut(wiring.map((sources) => box(sources)));
        wiring.forEach((sources, user) => {
          const forward = sources.filter((source) => !boxes[user].feedback.includes(source));
          for (const source of forward) expect(boxes[source].column).toBeLessThan(boxes[user].column);
          const arriving = wires.filter(
            ({ column, toLane, toBox }) =>
              toBox && column + 1 === boxes[user].column && toLane === boxes[user].lane,
          );
          expect(arriving).toHaveLength(forward.length);
        });
      }),
    );
  });

  it("stands what feeds only a later box right before it", () => {
    const { boxes } = layOut([box([]), box([0]), box([1]), box([]), box([2, 3])]);
    expect(boxes.map(({ column }) => column)).toEqual([0, 1, 2, 2, 3]);
  });
});

describe("foldPicture", () => {
  it("leaves small pictures as they are", () => {
    const graph = { title: "", boxes: [box([]), box([0], "folded"), box([1])] };
    expect(foldPicture({ graph, network: null, links: [] }).graph).toEqual(graph);
  });

  it("gives at most so many boxes, and wires and links among them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(5), (size, period) => {
        const boxes = Array.from({ length: size }, (_, i) =>
          box(
            i === 0 ? [] : i > 7 && i % 11 === 0 ? [i - 1, i - 7] : [i - 1],
            i % (period + 1) === 0 ? "kept" : "folded",
          ),
        );
        const links = boxes.map((_, i): [number, number] => [i, 0]);
        const network = { title: "", boxes: [box([])] };
        const folded = foldPicture({ graph: { title: "", boxes }, network, links });
        const count = folded.graph!.boxes.length;
        expect(count).toBeLessThanOrEqual(Math.max(mostBoxes, 1));
        for (const { sources } of folded.graph!.boxes)
          for (const source of sources) expect(source).toBeLessThan(count);
        for (const [node] of folded.links) expect(node).toBeLessThan(count);
      }),
    );
  });
});
