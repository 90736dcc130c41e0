import { describe, expect, it } from "vitest";
import { reportPage } from "../../../src/report/html/page.ts";
import { emptyReport, type Report } from "../../../src/report/html/report-data.ts";
import { digitsReport, failedReport, hostile, hostileReport, largeReport } from "./reports.ts";

const reports: readonly [name: string, make: () => Report | Promise<Report>][] = [
  ["the sample digits", () => digitsReport()],
  ["hostile names", hostileReport],
  ["a failed conversion", failedReport],
  ["a large network", largeReport],
  ["nothing known", () => emptyReport("nothing", "0.0.0")],
];

/** Tags in the order of the page, without their attributes; what stands in the script and the style is no markup. */
function tagsOf(page: string): { tag: string; attributes: string }[] {
  const bare = page.replaceAll(/(<(script|style)>)[\s\S]*?(<\/\2>)/g, "$1$3");
  return [...bare.matchAll(/<(\/?[a-z][a-z0-9]*)((?:\s[^<>]*)?)>/gi)].map(([, tag, attributes]) => ({
    tag,
    attributes,
  }));
}

const emptyTags = new Set(["meta", "img", "input"]);

describe.each(reports)("the page of %s", (_, make) => {
  it("asks nothing of anybody: every address is a place on the page or a picture in it", async () => {
    const page = reportPage(await make());
    const addresses = tagsOf(page).flatMap(({ attributes }) =>
      [...attributes.matchAll(/\s(?:src|href|action|srcset|poster)="([^"]*)"/g)].map(
        ([, address]) => address,
      ),
    );
    expect(addresses.filter((address) => !/^(#[a-z]+$|data:image\/bmp;base64,)/.test(address))).toEqual([]);
    expect(page).not.toMatch(/@import|url\(|fetch\(|XMLHttpRequest/);
  });

  it("closes every tag that it opens, and has every id once", async () => {
    const page = reportPage(await make());
    const open: string[] = [];
    for (const { tag } of tagsOf(page)) {
      if (tag.startsWith("/")) expect(open.pop(), `before ${tag}`).toBe(tag.slice(1));
      else if (!emptyTags.has(tag)) open.push(tag);
    }
    expect(open).toEqual([]);
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBe(new Set(ids).size);
  });

  it("is the same for the same report, also after a way through JSON", async () => {
    const report = await make();
    expect(reportPage(JSON.parse(JSON.stringify(report)))).toBe(reportPage(report));
  });
});

describe("names with HTML in them", () => {
  it("are shown and never become markup", () => {
    const page = reportPage(hostileReport());
    expect(page).not.toContain(hostile);
    expect(tagsOf(page).filter(({ tag }) => tag === "script")).toHaveLength(1);
    expect(
      tagsOf(page).filter(({ attributes }) => /onerror/.test(attributes.replaceAll(/"[^"]*"/g, ""))),
    ).toEqual([]);
    expect(page).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
  });
});

describe("a page with much on it", () => {
  it("stays small with 10,000 classes", () => {
    const page = reportPage(hostileReport());
    expect(page.length).toBeLessThan(200_000);
    expect(page).toContain("10.0 k classes are too many for a table");
  });

  it("folds 1500 nodes to 60 boxes and has them all in a table", () => {
    const page = reportPage(largeReport());
    const drawn = [...page.matchAll(/data-box="graph(\d+)"/g)].map(([, box]) => Number(box));
    expect(new Set(drawn).size).toBe(60);
    for (const node of ["/blocks/0/conv", "/blocks/250/norm", "/blocks/499/relu"])
      expect(page, node).toContain(`<td>${node}</td>`);
    expect(page.length).toBeLessThan(1_000_000);
  });
});
