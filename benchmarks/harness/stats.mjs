// Medians of interleaved runs, with their spread.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/// A figure: the median, the minimum and the maximum of the measured values.
export function figure(values) {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values), runs: values.length };
}

/// Runs each of several things once a round, so that a disturbance of the machine affects all of them:
/// { name: [result of round 1, …] }.
export async function interleave(rounds, things) {
  const results = Object.fromEntries(Object.keys(things).map((name) => [name, []]));
  for (let round = 0; round < rounds; ++round)
    for (const [name, thing] of Object.entries(things)) results[name].push(await thing(round));
  return results;
}

/// A ratio within each round.
export function ratio(above, below) {
  return figure(above.map((value, round) => value / below[round]));
}

const digits = (value) => {
  const size = Math.abs(value);
  return size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3;
};

export function number(value) {
  if (value === 0) return "0";
  const places = digits(value);
  const rounded = value.toFixed(places);
  return places === 0 ? Number(rounded).toLocaleString("en-US") : rounded;
}

/// `21.3 µs (20.9 – 22.4)`
export function show(what, unit = "", scale = 1) {
  if (what === undefined || what === null) return "–";
  if (typeof what === "string") return what;
  const suffix = unit ? ` ${unit}` : "";
  if (typeof what === "number") return number(what * scale) + suffix;
  const middle = number(what.median * scale) + suffix;
  return what.runs < 2 ? middle : `${middle} (${number(what.least * scale)} – ${number(what.most * scale)})`;
}
