// Bars and lines as SVG, readable on light and dark backgrounds: the colors follow the reader's preference.

const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; font-size: 15px; }
  .faint { fill: #57606a; }
  .axis { stroke: #8c959f; stroke-width: 1; fill: none; }
  .grid { stroke: #d0d7de; stroke-width: 1; fill: none; }
  .c0 { fill: #0969da; stroke: #0969da; } .c1 { fill: #bf8700; stroke: #bf8700; }
  .c2 { fill: #8250df; stroke: #8250df; } .c3 { fill: #cf222e; stroke: #cf222e; }
  .c4 { fill: #6e7781; stroke: #6e7781; }
  path.line { fill: none; stroke-width: 2; }
  rect { stroke: none; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .faint { fill: #9da7b3; } .axis { stroke: #6e7681; } .grid { stroke: #30363d; }
    .c0 { fill: #58a6ff; stroke: #58a6ff; } .c1 { fill: #d29922; stroke: #d29922; }
    .c2 { fill: #bc8cff; stroke: #bc8cff; } .c3 { fill: #ff7b72; stroke: #ff7b72; }
    .c4 { fill: #8b949e; stroke: #8b949e; }
    rect { stroke: none; }
  }`;

const escape = (words) => String(words).replace(/&/g, "&amp;").replace(/</g, "&lt;");

function document(width, height, title, subtitle, content) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title).replace(/"/g, "&quot;")}">
<style>${style}
</style>
<text class="title" x="10" y="22">${escape(title)}</text>
<text class="faint" x="10" y="42">${escape(subtitle)}</text>
${content}
</svg>
`;
}

/// bars: [{ label, value, shown, color }]; `goal`: a line across, { value, label }.
export function barChart({ title, subtitle, bars, goal }) {
  const width = 760, left = 250, right = 170, row = 28, begin = 60;
  const most = Math.max(...bars.map((bar) => bar.value), goal ? goal.value : 0);
  const x = (value) => left + (value / most) * (width - left - right);
  const height = begin + bars.length * row + (goal ? 34 : 14);
  const rows = bars.map((bar, i) => {
    const y = begin + i * row;
    return `<text x="${left - 10}" y="${y + 16}" text-anchor="end">${escape(bar.label)}</text>
<rect class="c${bar.color ?? 4}" x="${left}" y="${y + 3}" width="${Math.max(1, x(bar.value) - left).toFixed(1)}" height="${row - 10}" rx="2"/>
<text x="${(x(bar.value) + 8).toFixed(1)}" y="${y + 16}">${escape(bar.shown)}</text>`;
  });
  const end = begin + bars.length * row;
  if (goal)
    rows.push(`<path class="axis" stroke-dasharray="4 3" d="M${x(goal.value).toFixed(1)} ${begin - 4}V${end}"/>
<text class="faint" x="${x(goal.value).toFixed(1)}" y="${end + 18}" text-anchor="middle">${escape(goal.label)}</text>`);
  return document(width, height, title, subtitle, rows.join("\n"));
}

/// Heights of labels, moved down where two would overlap. They keep the order of the heights that they had.
export function spreadLabels(heights, distance = 16) {
  const spread = [...heights];
  let least = -Infinity;
  for (const i of heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b])) {
    spread[i] = Math.max(heights[i], least);
    least = spread[i] + distance;
  }
  return spread;
}

/// series: [{ label, points: [[x, y], …], color }], both axes logarithmic.
export function lineChart({ title, subtitle, series, xLabel, xTick = String, yTick = String }) {
  const width = 760, height = 380, left = 90, right = 190, head = 62, foot = 50;
  const all = series.flatMap((line) => line.points);
  const bounds = (index) => [
    Math.floor(Math.log10(Math.min(...all.map((p) => p[index])))),
    Math.ceil(Math.log10(Math.max(...all.map((p) => p[index])))),
  ];
  const [xLow, xHigh] = bounds(0), [yLow, yHigh] = bounds(1);
  const x = (value) => left + ((Math.log10(value) - xLow) / Math.max(1, xHigh - xLow)) * (width - left - right);
  const y = (value) => height - foot - ((Math.log10(value) - yLow) / Math.max(1, yHigh - yLow)) * (height - head - foot);
  const parts = [];
  for (let power = yLow; power <= yHigh; ++power)
    parts.push(`<path class="grid" d="M${left} ${y(10 ** power).toFixed(1)}H${width - right}"/>
<text class="faint" x="${left - 8}" y="${(y(10 ** power) + 4).toFixed(1)}" text-anchor="end">${escape(yTick(10 ** power))}</text>`);
  for (let power = xLow; power <= xHigh; ++power)
    parts.push(`<text class="faint" x="${x(10 ** power).toFixed(1)}" y="${height - foot + 20}" text-anchor="middle">${escape(xTick(10 ** power))}</text>`);
  parts.push(`<text class="faint" x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">${escape(xLabel)}</text>`);
  parts.push(`<path class="axis" d="M${left} ${head}V${height - foot}H${width - right}"/>`);
  const labels = spreadLabels(series.map((line) => y(line.points[line.points.length - 1][1]) + 4));
  for (let i = 0; i < series.length; ++i) {
    const line = series[i];
    const path = line.points.map((p, n) => `${n ? "L" : "M"}${x(p[0]).toFixed(1)} ${y(p[1]).toFixed(1)}`).join("");
    parts.push(`<path class="line c${line.color ?? i}" d="${path}" fill="none"/>`);
    for (const p of line.points)
      parts.push(`<circle class="c${line.color ?? i}" cx="${x(p[0]).toFixed(1)}" cy="${y(p[1]).toFixed(1)}" r="3"/>`);
    const last = line.points[line.points.length - 1];
    parts.push(`<text x="${(x(last[0]) + 10).toFixed(1)}" y="${labels[i].toFixed(1)}">${escape(line.label)}</text>`);
  }
  return document(width, height, title, subtitle, parts.join("\n"));
}
