// Text and shapes of the plots. Their background is opaque, so they are legible on light and on dark pages without
// asking for the reader's preference, which is not always that of the page.

export const width = 560; // on a phone the text is then still 9 pixels high
export const margin = 16;
export const background = "#f6f8fa";
export const ink = "#24292f";
export const faint = "#57606a";
export const axis = "#818b98";
const border = "#d1d9e0";

/// Text by the role that it has.
export const roles = {
  title: { "font-size": 18, "font-weight": "bold" },
  group: { "font-size": 15, "font-weight": "bold" },
  text: { "font-size": 15 },
  small: { "font-size": 14 },
};

// Advance widths of DejaVu Sans, the widest of the usual fonts, in thousandths of the size: the characters from space to ~.
const widths =
  "318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636 636 337 337 " +
  "838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787 695 635 611 732 684 989 " +
  "685 611 685 390 337 390 838 500 500 613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 635 635 411 521 " +
  "392 634 592 818 592 592 525 636 337 636 838";
const widthOf = widths.split(" ").map(Number);
const bold = 1.24; // how much wider a letter gets at most

/// The width of a line of text in the widest usual font.
export function textWidth(words, role = "text") {
  const sum = [...String(words)].reduce((all, letter) => all + (widthOf[letter.codePointAt(0) - 32] ?? 1000), 0);
  return (sum / 1000) * roles[role]["font-size"] * (roles[role]["font-weight"] ? bold : 1);
}

/// Lines that are no wider than `most`, unless a single word is.
export function wrap(words, most, role = "text") {
  const lines = [];
  for (const word of words.split(" ")) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, role) <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

export const escape = (words) => String(words).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

const round = (value) => (typeof value === "number" ? String(Math.round(value * 10) / 10) : escape(value));

/// element("rect", { x: 1 }) is `<rect x="1"/>`.
export function element(name, attributes, content) {
  const list = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const begin = `<${name}${list.map(([key, value]) => ` ${key}="${round(value)}"`).join("")}`;
  return content === undefined ? `${begin}/>` : `${begin}>${content}</${name}>`;
}

/// A line of text; `more`: text-anchor, data-client and so on.
export function text(words, x, y, { role = "text", fill = ink, ...more } = {}) {
  return element("text", { x, y, ...roles[role], fill, ...more }, escape(words));
}

/// Straight lines through points; `more`: stroke, stroke-width and so on.
export function path(points, more) {
  const d = points.map(([x, y], n) => `${n === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
  return element("path", { d, fill: "none", ...more });
}

/// Title and subtitle: { parts, height }.
export function heading(title, subtitle) {
  const parts = [];
  let y = margin;
  for (const [words, role, fill, height] of [[title, "title", ink, 24], [subtitle, "small", faint, 19]])
    for (const line of wrap(words, width - 2 * margin, role)) parts.push(text(line, margin, (y += height) - 6, { role, fill }));
  return { parts, height: y };
}

export function document(height, title, parts) {
  const root = {
    xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": title, "font-family": "system-ui, sans-serif",
  };
  const card = element("rect", { class: "background", x: 0, y: 0, width, height, rx: 6, fill: background });
  const edge = element("rect", { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 6, fill: "none", stroke: border, class: "border" });
  return element("svg", root, `\n${[card, edge, ...parts].join("\n")}\n`) + "\n";
}
