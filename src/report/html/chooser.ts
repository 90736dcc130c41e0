/**
 * One panel of several: radio buttons that the script makes work. Without a script, and before it runs, the first panel is
 * there and the buttons are not.
 */
import { type Child, type Markup, tag } from "./markup.ts";

export interface Panel {
  /** Of the button. */
  readonly label: string;
  readonly content: Child;
}

/** id: unique on the page. A single panel has no buttons. */
export function chooser(id: string, legend: string, panels: readonly Panel[]): Markup {
  const buttons = panels.map(({ label }, index) =>
    tag(
      "label",
      {},
      tag("input", { type: "radio", name: id, value: `${id}-${index}`, checked: index === 0 }),
      tag("span", {}, label),
    ),
  );
  return tag(
    "div",
    { class: "chooser", "data-chooser": id },
    panels.length < 2
      ? null
      : tag(
          "fieldset",
          { class: "needs-script" },
          tag("legend", {}, legend),
          tag("div", { class: "buttons" }, buttons),
        ),
    panels.map(({ content }, index) =>
      tag("div", { id: `${id}-${index}`, class: "panel", hidden: index > 0 }, content),
    ),
  );
}
