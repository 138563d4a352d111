// Bars and lines as SVG.

import { clientOf, labelOf } from "./clients.mjs";
import { placeLabels } from "./labels.mjs";
import { axis, background, document, element, faint, heading, margin, path, text, textWidth, width, wrap } from "./svg.mjs";

// What a client looks like; a variant of it (other settings than the defaults, say) is hollow.
const solid = (bar) => ({ "data-client": bar.client, fill: bar.variant ? background : clientOf(bar).color, stroke: clientOf(bar).color, "stroke-width": 2 });

function barRow(bar, y, scale) {
  const length = bar.value * scale;
  const parts = [text(labelOf(bar), margin, y + 17)];
  if (bar.value > 0)
    parts.push(element("rect", { x: margin + 1, y: y + 24, width: Math.max(1, length), height: 12, ...solid(bar) }));
  parts.push(text(bar.shown, margin + length + 10, y + 35, { role: "small" }));
  return parts;
}

/// bars: [{ client, note, variant, group, value, shown }]; bars of one group follow each other below its name.
export function barChart({ title, subtitle, bars }) {
  const { parts, height } = heading(title, subtitle);
  // The longest bar that leaves space for the text behind each bar.
  const fits = (bar) => (width - 2 * margin - 12 - textWidth(bar.shown, "small")) / bar.value;
  const scale = Math.min(...bars.filter((bar) => bar.value > 0).map(fits));
  let y = height + 8, group;
  for (const bar of bars) {
    if (bar.group !== undefined && bar.group !== group)
      parts.push(text((group = bar.group), margin, (y += 26) - 6, { role: "group" }));
    parts.push(...barRow(bar, y, scale));
    y += 45;
  }
  return document(y + margin - 4, title, parts);
}

const units = { "": ["", "", ""], B: [" B", " KB", " MB"] };

/// 100000 is `100,000`, and `100 KB` with the unit B.
export function tick(value, unit = "") {
  if (!units[unit]) throw new Error(`'${unit}' is no unit of an axis`);
  if (unit === "") return value.toLocaleString("en-US");
  const power = Math.min(2, Math.max(0, Math.floor(Math.log10(value) / 3)));
  return `${value / 1000 ** power}${units[unit][power]}`;
}

// The powers of ten around values, and where a value is between them.
function logScale(values, from, to) {
  const low = Math.floor(Math.log10(Math.min(...values))), high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
    ticks: Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n)),
  };
}

function grid(x, y, area, unit, xLabel) {
  const parts = [];
  const thin = { stroke: axis, "stroke-width": 1 };
  for (const value of y.ticks) {
    parts.push(path([[area.left, y.at(value)], [area.right, y.at(value)]], { ...thin, "stroke-opacity": 0.4, class: "grid" }));
    parts.push(text(tick(value, unit), area.left - 8, y.at(value) + 5, { role: "small", fill: faint, "text-anchor": "end" }));
  }
  for (const value of x.ticks)
    parts.push(text(tick(value), x.at(value), area.bottom + 20, { role: "small", fill: faint, "text-anchor": "middle" }));
  parts.push(text(xLabel, (area.left + area.right) / 2, area.bottom + 42, { role: "small", fill: faint, "text-anchor": "middle" }));
  parts.push(path([[area.left, area.top], [area.left, area.bottom], [area.right, area.bottom]], thin));
  return parts;
}

function drawLine(line) {
  const { color } = clientOf(line);
  const dashes = line.variant ? { "stroke-dasharray": "7 4" } : {};
  return [
    path(line.points, { "data-client": line.client, class: "line", stroke: color, "stroke-width": 2, ...dashes }),
    ...line.points.map(([cx, cy]) => element("circle", { cx, cy, r: 3, ...solid(line) })),
  ];
}

const lineHeight = 18;

function drawLabel(line, { box, leader }) {
  const { color } = clientOf(line);
  const words = line.label.map((part, n) =>
    text(part, box.left, box.top + 14 + n * lineHeight, { fill: color, "data-client": line.client, class: "label" }));
  const { left: x, top: y, right, bottom } = box;
  const cover = element("rect", { class: "background", x, y, width: right - x, height: bottom - y, fill: background });
  const thin = { "data-client": line.client, class: "leader", stroke: color, "stroke-width": 1 };
  return [cover, ...(leader ? [path(leader, thin)] : []), ...words];
}

/// series: [{ client, note, variant, points: [[x, y], …] }], both axes logarithmic; `unit` is that of the y axis.
export function lineChart({ title, subtitle, series, xLabel, unit = "" }) {
  const { parts, height: head } = heading(title, subtitle);
  const labels = series.map((line) => labelOf(line).split(", ").flatMap((part) => wrap(part, 125)));
  const widest = Math.max(...labels.flat().map((part) => textWidth(part)));
  const all = series.flatMap((line) => line.points);
  const yValues = all.map((point) => point[1]);
  const widestTick = Math.max(...logScale(yValues, 0, 1).ticks.map((value) => textWidth(tick(value, unit), "small")));
  const area = { left: margin + widestTick + 8, top: head + 20, right: width - margin - widest - 24, bottom: head + 320 };
  const x = logScale(all.map((point) => point[0]), area.left, area.right);
  const y = logScale(yValues, area.bottom, area.top);
  const lines = series.map((line, n) => ({
    ...line, label: labels[n], points: line.points.map(([a, b]) => [x.at(a), y.at(b)]),
    width: Math.max(...labels[n].map((part) => textWidth(part))), height: labels[n].length * lineHeight,
  }));
  const places = placeLabels(lines, { left: area.right, top: area.top - 10, bottom: area.bottom + 4, right: width - margin });
  parts.push(...grid(x, y, area, unit, xLabel), ...lines.flatMap(drawLine), ...lines.flatMap((line, n) => drawLabel(line, places[n])));
  return document(area.bottom + 58, title, parts);
}

export const draw = (plot) => (plot.kind === "bars" ? barChart(plot) : lineChart(plot));
