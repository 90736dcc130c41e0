import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binEvents } from "../../../src/data/events/bin-events.ts";
import { streamOfColumns } from "../../../src/data/events/event-stream.ts";
import { readEvents } from "../../../src/data/events/read-events.ts";
import { writeNpy } from "../../../src/data/npy.ts";
import { writeNpz } from "../../../src/data/npz.ts";

const text = (content: string) => new TextEncoder().encode(content);
const refused = (what: string) =>
  expect.objectContaining({ code: "SPK-0613", message: expect.stringContaining(what) });

/** A structured .npy as NumPy writes it. */
function structured(descriptor: string, count: number, body: Uint8Array): Uint8Array {
  const header = `${`{'descr': [${descriptor}], 'fortran_order': False, 'shape': (${count},), }`.padEnd(117)}\n`;
  return Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0, ...text(header), ...body);
}

describe("readEvents", () => {
  it("reads N-MNIST's forty bits: x, y, polarity, microseconds", () => {
    const bytes = Uint8Array.of(3, 7, 0x80, 0x01, 0x02, 33, 1, 0x01, 0x00, 0x00);
    const { times, pixels, polarities } = readEvents(bytes, "00002.bin");
    expect([...times]).toEqual([0x0102, 0x010000]);
    expect([...pixels!.x, ...pixels!.y]).toEqual([3, 33, 7, 1]);
    expect([...polarities]).toEqual([1, 0]);
  });

  it("reads a structured array in either byte order", () => {
    const body = new DataView(new ArrayBuffer(2 * 13));
    [
      [5, 10, 20, 1],
      [9, 11, 21, 0],
    ].forEach(([t, x, y, p], i) => {
      body.setBigInt64(13 * i, BigInt(t), true);
      body.setInt16(13 * i + 8, x, false);
      body.setUint16(13 * i + 10, y, true);
      body.setUint8(13 * i + 12, p);
    });
    const descriptor = "('t', '<i8'), ('x', '>i2'), ('y', '<u2'), ('p', '|b1')";
    const { times, pixels, polarities } = readEvents(
      structured(descriptor, 2, new Uint8Array(body.buffer)),
      "events.npy",
    );
    expect([...times]).toEqual([5, 9]);
    expect([[...pixels!.x], [...pixels!.y]]).toEqual([
      [10, 11],
      [20, 21],
    ]);
    expect([...polarities]).toEqual([1, 0]);
  });

  it("reads columns of an archive, a table and a CSV alike", () => {
    const t = Float64Array.of(1, 2, 4);
    const addr = Int32Array.of(7, 0, 3);
    const table = Float64Array.of(1, 7, 2, 0, 4, 3);
    const files: [string, Uint8Array][] = [
      [
        "a.npz",
        writeNpz(
          new Map([
            ["t", { shape: [3], data: t }],
            ["addr", { shape: [3], data: addr }],
          ]),
        ),
      ],
      ["a.npy", writeNpy({ shape: [3, 2], data: table })],
      ["a.csv", text("addr,t\n7,1\n0,2\n3,4\n")],
      ["b.csv", text("1,7\n2,0\n4,3\n")],
    ];
    for (const [name, bytes] of files) {
      const { times, addresses } = readEvents(bytes, name);
      expect([...times], name).toEqual([1, 2, 4]);
      expect([...addresses!], name).toEqual([7, 0, 3]);
    }
  });

  it("puts events in the order of their times, those of one moment as they stand", () => {
    const { times, addresses } = readEvents(text("t,addr\n5,1\n3,2\n5,3\n3,4\n"), "a.csv");
    expect([...times]).toEqual([3, 3, 5, 5]);
    expect([...addresses!]).toEqual([2, 4, 1, 3]);
  });

  it("refuses what is no stream of events, with the reason", () => {
    expect(() => readEvents(Uint8Array.of(1, 2, 3), "a.bin")).toThrow(refused("an event of N-MNIST has 5"));
    expect(() => readEvents(text("t,x\n1,2\n"), "a.csv")).toThrow(refused("t and addr, or t, x, y"));
    expect(() => readEvents(text("t,addr\n1,-2\n"), "a.csv")).toThrow(refused("addr of event 0 is -2"));
    expect(() => readEvents(text("t,x,y,p\n1,2,3,7\n"), "a.csv")).toThrow(
      refused("polarity of event 0 is 7"),
    );
    expect(() => readEvents(text("#!AER-DAT3.1\r\n"), "a.aedat")).toThrow(refused("AEDAT"));
    expect(() => readEvents(new Uint8Array(0), "a.npy")).toThrow(
      expect.objectContaining({ code: "SPK-0604" }),
    );
  });

  it("never crashes on a file cut short or changed anywhere", () => {
    const whole = structured("('t', '<i8'), ('addr', '<i4')", 2, new Uint8Array(24));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const bytes = cut ? whole.slice(0, at) : whole.slice();
        if (!cut) bytes[at] = byte;
        try {
          readEvents(bytes, "a.npy");
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^SPK-06/) });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("binEvents", () => {
  const camera = streamOfColumns(
    { t: [0, 999, 1000, 2500], x: [4, 5, 9, 4], y: [4, 4, 4, 6], p: [1, 0, 1, 1] },
    "a",
  );

  it("counts events by step, polarity, and pooled place of the crop", () => {
    const { steps, data, used, leftOut } = binEvents(camera, {
      binWidth: 1000,
      steps: null,
      shape: [2, 2, 1],
      corner: [4, 4],
      pool: [2, 2],
    });
    expect([steps, used, leftOut]).toEqual([3, 3, 1]);
    expect([...data]).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it("adds both polarities up for an input of one channel, to 1 at most where it is asked to", () => {
    const options = { binWidth: 1000, steps: 1, shape: [1, 1, 1], corner: [4, 4], pool: [9, 9] } as const;
    expect([...binEvents(camera, options).data]).toEqual([2]);
    expect([...binEvents(camera, { ...options, binary: true }).data]).toEqual([1]);
  });

  it("uses every event once where bins and crop take all", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(999), fc.nat(9)), { minLength: 1 }),
        fc.integer({ min: 1, max: 99 }),
        (events, binWidth) => {
          const stream = streamOfColumns(
            { t: events.map(([t]) => t), addr: events.map(([, addr]) => addr) },
            "a",
          );
          const { data, leftOut } = binEvents(stream, { binWidth, steps: null, shape: [10] });
          expect(leftOut).toBe(0);
          expect(data.reduce((sum, count) => sum + count, 0)).toBe(events.length);
        },
      ),
    );
  });

  it("refuses a bin width that makes steps without end, and channels that events have not", () => {
    expect(() => binEvents(camera, { binWidth: 1e-9, steps: null, shape: [1, 8, 8] })).toThrow(
      refused("right bin width"),
    );
    expect(() => binEvents(camera, { binWidth: 1, steps: 1, shape: [3, 8, 8] })).toThrow(
      refused("3 channels"),
    );
  });
});
