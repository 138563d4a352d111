// What is wrong with a plot, found in its SVG: used by plots.test.mjs.

import { clients } from "./clients.mjs";
import { overlap, segmentsOf, touches } from "./labels.mjs";
import { background, textWidth } from "./svg.mjs";

const unescape = (words) => words.replace(/&lt;/g, "<").replace(/&quot;/g, '"').replace(/&amp;/g, "&");

/// The elements of a plot, in their order: { name, attributes, content }.
export function elementsOf(svg) {
  return [...svg.matchAll(/<([a-z]+)((?: [\w:-]+="[^"]*")*)(?:\/>|>([^<]*))/g)].map(([, name, list, content]) => ({
    name, content: unescape(content ?? ""),
    attributes: Object.fromEntries([...list.matchAll(/ ([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key, unescape(value)])),
  }));
}

function textBox({ attributes: a, content }) {
  const role = a["font-weight"] ? "group" : "text";
  const size = Number(a["font-size"]), x = Number(a.x), y = Number(a.y);
  const wide = (textWidth(content, role) * size) / 15;
  const left = { middle: x - wide / 2, end: x - wide }[a["text-anchor"]] ?? x;
  return { left, top: y - 0.78 * size, right: left + wide, bottom: y + 0.22 * size };
}

const pointsOf = (d) => [...(d ?? "").matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

/// The box that an element covers.
export function boxOf(element) {
  const a = element.attributes, n = (key) => Number(a[key] ?? 0);
  if (element.name === "text") return textBox(element);
  if (element.name === "rect") return { left: n("x"), top: n("y"), right: n("x") + n("width"), bottom: n("y") + n("height") };
  if (element.name === "circle") return { left: n("cx") - n("r"), top: n("cy") - n("r"), right: n("cx") + n("r"), bottom: n("cy") + n("r") };
  const points = pointsOf(a.d), xs = points.map(([x]) => x), ys = points.map(([, y]) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

function luminance(color) {
  const [r, g, b] = [1, 3, 5].map((n) => parseInt(color.slice(n, n + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/// The contrast of two colors as WCAG defines it, from 1 to 21.
export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const isClass = (name) => ({ attributes }) => attributes.class === name;
const nameOf = ({ name, attributes, content }) => (content ? `'${content}'` : `${name} ${attributes.class ?? attributes.fill}`);
const show = (box) => Object.values(box).map((value) => value.toFixed(0)).join(" ");

function colorFlaws(svg, elements) {
  const flaws = /<style|style=|@media|currentColor/.test(svg) ? ["the colors may depend on the page"] : [];
  const [root, first] = elements;
  const covers = first?.name === "rect" && first.attributes.fill === background && !/opacity/.test(JSON.stringify(first.attributes));
  if (!covers || first.attributes.width !== root.attributes.width || first.attributes.height !== root.attributes.height)
    flaws.push("the background is not opaque everywhere");
  for (const element of elements.slice(2)) {
    const { fill, stroke, "data-client": client } = element.attributes;
    const colors = [fill, stroke].filter((color) => color && color !== "none");
    if (["grid", "border", "background"].includes(element.attributes.class)) continue;
    const best = Math.max(...colors.map((color) => contrast(color, background)));
    const least = element.name === "text" ? 4.5 : 3;
    if (!(best >= least)) flaws.push(`contrast ${best.toFixed(2)}: ${nameOf(element)}`);
    if (client && colors.some((color) => color !== background && color !== clients[client]?.color))
      flaws.push(`${colors} is not the color of ${client}: ${nameOf(element)}`);
  }
  return flaws;
}

function placeFlaws(elements) {
  const [, , width, height] = elements[0].attributes.viewBox.split(" ").map(Number);
  const flaws = [];
  const shapes = elements.slice(1);
  for (const element of shapes) {
    const box = boxOf(element);
    const edge = element.name === "text" ? 4 : 0;
    if (!(box.left >= edge && box.top >= edge && box.right <= width - edge && box.bottom <= height - edge))
      flaws.push(`outside (${show(box)}): ${nameOf(element)}`);
  }
  const texts = shapes.filter(({ name }) => name === "text");
  texts.forEach((one, n) => {
    for (const other of texts.slice(n + 1))
      if (overlap(boxOf(one), boxOf(other))) flaws.push(`${nameOf(one)} is on ${nameOf(other)}`);
    for (const mark of shapes.filter(({ name, attributes }) => name !== "text" && attributes["data-client"]))
      if (isOn(mark, boxOf(one))) flaws.push(`${nameOf(one)} is on ${nameOf(mark)}`);
  });
  return flaws;
}

const isOn = (mark, box) =>
  mark.name === "path" ? segmentsOf(pointsOf(mark.attributes.d)).some((segment) => touches(segment, box)) : overlap(boxOf(mark), box);

/// The labels of the lines: { client, words, box, leader }, in the order of the lines.
export function labelsOf(svg) {
  const labels = [];
  let leader = null;
  for (const element of elementsOf(svg)) {
    const { class: role, "data-client": client, d } = element.attributes;
    if (element.name === "rect" && role === "background") labels.push({ words: [], box: boxOf(element), leader: null });
    if (role === "leader") labels[labels.length - 1].leader = pointsOf(d);
    if (role === "label") Object.assign(labels[labels.length - 1], { client, words: [...labels[labels.length - 1].words, element.content] });
  }
  return labels.filter(({ words }) => words.length > 0).map((label) => ({ ...label, words: label.words.join(" ") }));
}

const distance = ([x, y], [a, b]) => Math.hypot(x - a, y - b);

// How far a label, or the begin of its leader line, is from a point.
function distanceTo({ box, leader }, [x, y]) {
  if (leader) return distance(leader[0], [x, y]);
  return distance([x, y], [box.left, Math.min(Math.max(y, box.top), box.bottom)]);
}

function labelFlaws(svg, elements) {
  const lines = elements.filter(isClass("line")).map(({ attributes }) => ({ client: attributes["data-client"], end: pointsOf(attributes.d).pop() }));
  const labels = labelsOf(svg);
  if (labels.length !== lines.length) return [`${lines.length} lines have ${labels.length} labels`];
  return labels.flatMap((label, n) => {
    const { client, end } = lines[n];
    const own = distanceTo(label, end);
    const flaws = [];
    if (client !== label.client) flaws.push(`the label '${label.words}' has the color of another client`);
    if (own > 16) flaws.push(`'${label.words}' is ${own.toFixed(0)} from its line`);
    if (label.leader && distance(label.leader[1], [label.box.left, (label.box.top + label.box.bottom) / 2]) > 6)
      flaws.push(`the leader line of '${label.words}' does not reach it`);
    if (lines.some((other, m) => m !== n && distanceTo(label, other.end) < own)) flaws.push(`'${label.words}' is nearer to another line`);
    return flaws;
  });
}

/// One line for each flaw.
export function flawsOf(svg) {
  const elements = elementsOf(svg);
  return [...colorFlaws(svg, elements), ...placeFlaws(elements), ...labelFlaws(svg, elements)];
}
