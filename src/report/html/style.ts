/**
 * The style sheet of the page: light and dark by the reader's setting, a phone's width and paper. Text colours have a contrast
 * of at least 4.5 to 1 on their ground (WCAG 2.2, 1.4.3); test/browser measures it.
 */

const light = `--ground:#ffffff;--panel:#f6f8fa;--ink:#1f2328;--faint:#59636e;--line:#d1d9e0;--accent:#0059b3;
--s0:#0072b2;--s1:#c85400;--s2:#00875f;--s3:#b04a86;--s4:#8a6d00;--bad:#b3261e;--bad-ground:#fdeceb;--mix:#ffffff`;
const dark = `--ground:#0d1117;--panel:#161b22;--ink:#e6edf3;--faint:#9aa4ae;--line:#3d444d;--accent:#79c0ff;
--s0:#56b4e9;--s1:#ff9e4a;--s2:#3fd6a8;--s3:#e79fc9;--s4:#f0e442;--bad:#ff8f87;--bad-ground:#2d1513;--mix:#0d1117`;

/** Cells of a matrix: the shade mixed into the ground, never so dark that ink cannot be read on it. */
const shades = Array.from({ length: 6 }, (_, i) => {
  const part = 8 + 6 * i;
  return `.right${i + 1}{background:color-mix(in srgb,var(--s0) ${part}%,var(--mix))}.wrong${i + 1}{background:color-mix(in srgb,var(--s1) ${part}%,var(--mix))}`;
}).join("");

const series = Array.from(
  { length: 5 },
  (_, i) => `.series${i}{fill:var(--s${i});stroke:var(--s${i})}span.series${i}{background:var(--s${i})}`,
).join("");

export const styleSheet = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
main,header,nav,footer{max-width:1140px;margin:0 auto;padding:0 16px}
header{padding-top:24px}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:0 0 8px;padding-top:16px;border-top:1px solid var(--line)}
h3{font-size:.95rem;margin:0;display:flex;flex-wrap:wrap;gap:2px 10px;align-items:baseline}
h4{font-size:.9rem;margin:16px 0 6px}
p,li{max-width:76ch}
section{margin:24px 0}
a{color:var(--accent)}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;padding:0;margin:12px 0 0}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
.aside,figcaption,.caption{color:var(--faint);font-size:.85rem}
figcaption{color:var(--ink);overflow-wrap:anywhere}
figure{margin:0}
svg{display:block;max-width:100%}
svg text{font-family:inherit;stroke:none}
ul.notes{padding-left:20px}.notes li{overflow-wrap:anywhere;margin:2px 0}
.warning strong{color:var(--bad)}
.failure{border:2px solid var(--bad);background:var(--bad-ground);border-radius:8px;padding:4px 16px;margin:16px 0;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:.85rem/1.45 ui-monospace,"DejaVu Sans Mono",monospace;margin:8px 0}
pre.commands{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:12px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:10px;margin:16px 0}
.tile{display:flex;flex-direction:column;background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:10px 12px;min-width:0}
.tile-name{font-size:.85rem;color:var(--faint);overflow-wrap:anywhere}.tile-value{font-size:1.35rem;font-weight:600;line-height:1.25;overflow-wrap:anywhere}
.scroller{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.9rem;margin:8px 0}
caption{text-align:left;color:var(--faint);font-size:.85rem;padding-bottom:4px}
th,td{text-align:left;padding:4px 12px 4px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th{font-weight:600;overflow-wrap:normal}
table:not(.matrix) td:not(.number){min-width:6.5em}.number{text-align:right}
td.number{font-variant-numeric:tabular-nums;white-space:nowrap}
details{margin:8px 0}summary{cursor:pointer;color:var(--accent)}
.side-by-side{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:20px;align-items:start}
.side-by-side.loose{grid-template-columns:repeat(auto-fit,minmax(min(100%,150px),1fr))}
.plot{width:100%;max-width:560px}
.tick{font-size:12px;fill:var(--faint)}
.grid{stroke:var(--line)}.axis{stroke:var(--faint)}
.reference{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:6 4}
.curve{fill:none;stroke-width:2;vector-effect:non-scaling-stroke}
${series}
path.curve{fill:none}.pale{opacity:.5}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin:6px 0;font-size:.85rem}
.key{display:inline-flex;align-items:baseline;gap:6px;min-width:0}
.swatch{flex:none;width:14px;height:10px;border-radius:2px}.swatch.dashed{height:0;border-top:2px dashed var(--ink);align-self:center}
.picture{height:auto}.picture.narrow{display:none}
.picture .wire{fill:none;stroke:var(--faint);stroke-width:1.3}
.picture .link{fill:none;stroke:var(--s0);stroke-width:1.6;stroke-dasharray:2 3}
.picture .stave{font-size:11.5px;fill:var(--faint)}
.box rect{fill:var(--panel);stroke:var(--s0);stroke-width:1.6}
.box.folded rect{fill:var(--ground);stroke:var(--faint);stroke-dasharray:4 3;stroke-width:1.1}
.box.refused rect{fill:var(--bad-ground);stroke:var(--bad);stroke-width:2.5}
.box.lit rect{fill:color-mix(in srgb,var(--s0) 22%,var(--mix))}
.box .name{font-size:11.5px;fill:var(--ink)}.box .detail{font-size:10.5px;fill:var(--faint)}
.box:focus{outline:none}.box:focus rect{stroke:var(--accent);stroke-width:3.5;stroke-dasharray:none}
.caption{min-height:2.6em;overflow-wrap:anywhere}
.layers{display:grid;gap:10px}
.layer{border:1px solid var(--line);border-radius:8px;padding:8px 12px}
.layer-name{overflow-wrap:anywhere;min-width:0}
.meters{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,150px),1fr));gap:4px 16px;margin-top:4px}
.meter{display:grid;grid-template-columns:1fr auto;gap:0 8px;font-size:.85rem;align-items:baseline;min-width:0}
.meter .bar{grid-column:1/-1;grid-row:2;width:100%;height:8px}
.meter-name{color:var(--faint);overflow-wrap:anywhere}.meters .meter-name{overflow-wrap:normal}.meter-text{grid-row:1;grid-column:2;font-variant-numeric:tabular-nums;text-align:right}
.meter svg *{stroke:none}.track{fill:var(--line)}.bad{fill:var(--bad)}
.histograms{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,240px),1fr));gap:16px}
.histogram svg{width:100%;height:100px;background:var(--panel);border-bottom:1px solid var(--faint)}
.histogram .series0{stroke:none}.histogram p{margin:0}
.ends{display:flex;justify-content:space-between;font-size:.8rem;color:var(--faint)}
fieldset{border:0;padding:0;margin:8px 0;min-width:0}legend{font-size:.85rem;color:var(--faint);padding:0}
.buttons{display:flex;flex-wrap:wrap;gap:6px}
.buttons label{position:relative;min-width:0;max-width:100%}
.buttons input{position:absolute;opacity:0;inset:0;width:100%;height:100%;margin:0;cursor:pointer}
.buttons span{display:block;border:1px solid var(--faint);border-radius:16px;padding:4px 12px;font-size:.85rem;overflow-wrap:anywhere}
.buttons input:checked+span{background:var(--ink);color:var(--ground);border-color:var(--ink)}
.buttons input:focus-visible+span{outline:3px solid var(--accent);outline-offset:2px}
.facts{display:flex;flex-wrap:wrap;gap:2px 20px;margin:8px 0}
.pixels img{width:200px;height:auto;max-width:100%;image-rendering:pixelated;border:1px solid var(--line);display:block}
.readings h4{margin-top:0}.reading{display:grid;grid-template-columns:5.5em minmax(0,1fr) 4em;gap:1px 8px;align-items:center;font-size:.85rem;margin-bottom:6px}.reading svg{width:100%;height:8px}.reading svg *{stroke:none}.reading .reading-name{grid-row:span 2;overflow-wrap:anywhere}.reading .value{text-align:right;font-variant-numeric:tabular-nums;line-height:1.25}
.tracks{margin-top:8px}
.track-row{display:grid;grid-template-columns:190px minmax(0,1fr);gap:2px 12px;align-items:center;margin:5px 0}
.track-label{display:flex;flex-direction:column;font-size:.85rem;line-height:1.3;min-width:0}
.track-plot{width:100%}
.ground{fill:var(--panel);stroke:none}
.marks{fill:none;stroke-width:.8}
.threshold{stroke:var(--ink);stroke-dasharray:5 4;stroke-width:1.2}
.membrane{fill:none;stroke:var(--s0);stroke-width:1.8}
.cursor{stroke:var(--ink);stroke-width:1.5;opacity:.75}
.time-axis{position:relative;height:1.4em;font-size:.8rem;color:var(--faint)}
.time-axis span{position:absolute;transform:translateX(-50%)}
.cursor-control{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center;background:var(--ground);padding:8px 0;border-bottom:1px solid var(--line)}
.cursor-control input{flex:1 1 160px;min-width:0;accent-color:var(--accent)}
.cursor-control output{flex:1 1 100%;font-size:.85rem;min-height:1.5em;overflow-wrap:anywhere}
.matrix{font-size:.85rem;font-variant-numeric:tabular-nums}.matrix td,.matrix th{padding:4px 6px;text-align:center;min-width:30px;border:1px solid var(--line);white-space:nowrap}
${shades}
.floor-plan svg{width:100%;max-width:520px}.floor-plan svg *{stroke:none}.floor-plan .ground{fill:var(--line)}
.uses{display:grid;gap:10px}
html:not(.scripted) .needs-script{display:none}
.panel[hidden]{display:none}
@media (max-width:700px){
.picture.wide{display:none}.picture.narrow{display:block}
.track-row{grid-template-columns:minmax(0,1fr)}
.readings{grid-column:1/-1}
th,td{padding-right:8px}
.words,.words tbody{display:block;width:100%}.words thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}
.words tr{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1.6fr);border-bottom:1px solid var(--line);padding:4px 0}
.words td:not(.number){border:0;padding:1px 8px 1px 0;min-width:0}.words td:nth-child(3){color:var(--ink);font-weight:600}
}
@media print{
:root{${light};color-scheme:light}
body{font-size:10.5pt}
nav,.needs-script,.caption{display:none!important}
.picture.wide{display:block}.picture.narrow{display:none}
.track-row{grid-template-columns:150px minmax(0,1fr)}
section,.layer,figure,.track-row{break-inside:avoid}
section{break-inside:auto}
.scroller{overflow:visible}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`;
