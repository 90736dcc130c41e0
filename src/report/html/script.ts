/**
 * The script of the page: it chooses panels, moves the cursor over time and reads boxes out. Everything else is there without
 * it. It is text, since it runs in the reader's browser and never here; it asks for nothing from anywhere.
 */

/** Radio buttons show one of their panels. */
const choosers = `
for (const chooser of document.querySelectorAll("[data-chooser]")) {
  const panels = [...chooser.children].filter((child) => child.classList.contains("panel"));
  const show = (id) => { for (const panel of panels) panel.hidden = panel.id !== id; };
  const buttons = [...chooser.querySelectorAll("input[name='" + chooser.dataset.chooser + "']")];
  for (const button of buttons) {
    button.addEventListener("change", () => show(button.value));
    if (button.checked) show(button.value);
  }
}`;

/** The slider of a sample moves a line in all of its pictures, and says what they show there. */
const cursors = `
for (const sample of document.querySelectorAll("[data-time]")) {
  const slider = sample.querySelector("input[type=range]");
  const output = sample.querySelector("output");
  const plots = [...sample.querySelectorAll(".track-plot")];
  const numbers = (text) => text === "" ? [] : text.split(" ").map(Number);
  const counts = plots.filter((plot) => "counts" in plot.dataset)
    .map((plot) => ({ name: plot.dataset.name, values: numbers(plot.dataset.counts) }));
  const move = () => {
    const step = Number(slider.value);
    for (const line of sample.querySelectorAll(".cursor")) {
      line.setAttribute("x1", step + 0.5);
      line.setAttribute("x2", step + 0.5);
    }
    const spikes = counts.map(({ name, values }) => name + " " + (values[step] ?? 0)).join(", ");
    const membranes = plots.filter((plot) => "values" in plot.dataset && plot.closest("[hidden]") === null)
      .map((plot) => plot.dataset.name + ": " + (numbers(plot.dataset.values)[step] ?? "-")).join(", ");
    output.textContent = "step " + step + ": spikes " + spikes + (membranes === "" ? "" : "; membranes " + membranes);
  };
  slider.addEventListener("input", move);
  sample.addEventListener("change", move);
  for (const plot of plots) plot.addEventListener("click", (event) => {
    const box = plot.getBoundingClientRect();
    slider.value = Math.floor((event.clientX - box.left) / box.width * Number(sample.dataset.time));
    move();
  });
  move();
}`;

/** Arrow keys go from box to box of a picture; what becomes of a box stands below it, and its counterparts light up. */
const pictures = `
for (const pictures of document.querySelectorAll("[data-pictures]")) {
  const caption = pictures.querySelector(".caption");
  const usual = caption.textContent;
  for (const picture of pictures.querySelectorAll(".picture")) {
    const boxes = [...picture.querySelectorAll(".box")];
    const named = new Map(boxes.map((box) => [box.dataset.box, box]));
    const light = (box, on) => {
      for (const other of (box.dataset.linked ?? "").split(" ")) named.get(other)?.classList.toggle("lit", on);
      box.classList.toggle("lit", on);
      caption.textContent = on ? box.getAttribute("aria-label") : usual;
    };
    boxes.forEach((box, index) => {
      box.tabIndex = index === 0 ? 0 : -1;
      box.addEventListener("focus", () => light(box, true));
      box.addEventListener("blur", () => light(box, false));
      box.addEventListener("mouseenter", () => light(box, true));
      box.addEventListener("mouseleave", () => light(box, false));
      box.addEventListener("keydown", (event) => {
        const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        const next = event.key === "Home" ? boxes[0] : event.key === "End" ? boxes.at(-1) : move && boxes[index + move];
        if (next === undefined) return;
        event.preventDefault();
        box.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      });
    });
  }
}`;

/** No "</script>" in it: it stands in the page as it is. */
export const pageScript = `"use strict";
document.documentElement.classList.add("scripted");${choosers}${cursors}${pictures}
`;
