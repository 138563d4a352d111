// 2. Whole exports: POST, one poll, result, no waiting.

import { join } from "node:path";

import { benchmarks, clientCpu, has, instructions, jobLink, program, resultLink, run, runJson, submission, text } from "../tools.mjs";
import { clients as names } from "../clients.mjs";
import { figure, interleave, median, ratio, show } from "../stats.mjs";
import { wrk } from "./requests.mjs";

export function nodePeer(args, options) {
  return runJson("node", [join(benchmarks, "peers/node/export.mjs"), ...args], options);
}

async function ours(bench, base, exports, concurrent, more = []) {
  const args = ["--endpoint", `${base}/done`, "--ca", bench.nginx.ca, "--exports", exports, "--concurrent", concurrent];
  const result = await runJson(program("exports"), [...args, ...more], { cpu: clientCpu });
  return { perSecond: exports / result.seconds, cpu: result.cpu / exports, rss: result.peak_rss };
}

async function threads(bench, base, exports, concurrent) {
  const args = ["--endpoint", `${base}/done`, "--ca", bench.nginx.ca, "--exports", exports, "--threads", concurrent];
  const result = await runJson(program("threads"), args, { cpu: clientCpu });
  if (result.failed) throw new Error(result.first_failure);
  return { perSecond: exports / result.seconds, cpu: result.cpu / exports, rss: result.peak_rss };
}

async function node(bench, base, exports, concurrent) {
  const result = await nodePeer([`${base}/done`, "key", exports, concurrent, 0, 0], { cpu: clientCpu });
  if (result.failed) throw new Error(result.first_failure);
  return { perSecond: exports / result.seconds, cpu: result.cpu / exports, rss: result.peak_rss };
}

// The three requests of an export, each at full speed.
async function threeByWrk(base) {
  const script = join(benchmarks, "peers/submit.lua");
  const options = { connections: 8, seconds: 1 };
  const posted = await wrk(submission(base), { ...options, script });
  const polled = await wrk(jobLink(base), options);
  const fetched = await wrk(resultLink(base), options);
  return { cpu: posted.cpu + polled.cpu + fetched.cpu };
}

async function byPrototype(port, tls, exports) {
  const { cpu } = await run(program("prototype"), [port, tls, 8, exports, 200], { cpu: clientCpu });
  return { cpu: cpu / exports };
}

const cpuOf = (results) => results.map((result) => result.cpu);

async function againstTheLimit(bench) {
  const rows = [];
  const goals = [];
  for (const [name, base, port, tls, most] of [
    ["HTTP", bench.nginx.http, bench.nginx.httpPort, 0, 1.2],
    ["TLS", bench.nginx.tls, bench.nginx.tlsPort, 1, 1.2],
  ]) {
    const exports = bench.quick ? 20_000 : 40_000;
    const seen = await interleave(bench.quick ? 2 : 9, {
      ours: () => ours(bench, base, exports, 200),
      wrk: () => threeByWrk(base),
      proof: () => byPrototype(port, tls, exports),
    });
    const limit = cpuOf(seen.wrk);
    const toLimit = ratio(cpuOf(seen.ours), limit);
    rows.push([name, "langexport", show(figure(cpuOf(seen.ours)), "µs", 1e6), show(toLimit)]);
    rows.push([name, "prototype", show(figure(cpuOf(seen.proof)), "µs", 1e6), show(ratio(cpuOf(seen.proof), limit))]);
    rows.push([name, "three wrk requests", show(figure(limit), "µs", 1e6), "1"]);
    goals.push({
      what: `CPU of one whole export against three wrk requests, ${name}, 8 connections`,
      goal: `≤ ${most.toFixed(2)}`, seen: show(toLimit), met: toLimit.median <= most,
    });
  }
  return { rows, goals };
}

function cpuBar(concurrent, client, results) {
  const group = concurrent === 1 ? "One export at a time" : `${concurrent} exports at a time`;
  const value = median(cpuOf(results)) * 1e6;
  return { client, group, value, shown: `${show(value)} µs` };
}

async function againstPeers(bench) {
  const base = bench.nginx.http;
  const rounds = bench.quick ? 2 : 5;
  const counts = { ours: 20_000, threads: 10_000, node: 1500 };
  const clients = { ours, threads, node: has("npm") || has("node") ? node : undefined };
  const rows = [];
  const series = { ours: [], threads: [], node: [] };
  let goals = [];
  const bars = [];
  for (const concurrent of bench.quick ? [200] : [1, 10, 100, 200, 1000]) {
    const share = concurrent === 1 ? 0.05 : concurrent === 10 ? 0.3 : 1;
    const things = Object.fromEntries(
      Object.entries(clients).map(([who, client]) => [
        who, () => client(bench, base, Math.round(counts[who] * share), concurrent),
      ]),
    );
    if (concurrent === 200) things.wrk = () => threeByWrk(base); // the minimum for any client
    const seen = await interleave(concurrent === 200 ? rounds : Math.min(rounds, 3), things);
    for (const [who, client] of [["ours", "langexport"], ["threads", "threads"], ["node", "node"]]) {
      rows.push([
        String(concurrent), names[client].name,
        show(figure(seen[who].map((r) => r.perSecond))), show(figure(cpuOf(seen[who])), "µs", 1e6),
        who === "ours" ? "1" : show(ratio(cpuOf(seen[who]), cpuOf(seen.ours))),
        show(median(seen[who].map((r) => r.rss)), "MiB", 1 / 2 ** 20),
      ]);
      series[who].push([concurrent, median(seen[who].map((r) => r.perSecond))]);
      if (concurrent === 1 || concurrent === 200) bars.push(cpuBar(concurrent, client, seen[who]));
    }
    if (concurrent === 200) {
      const limit = cpuOf(seen.wrk);
      bars.push(cpuBar(concurrent, "wrk", seen.wrk));
      rows.push([String(concurrent), names.wrk.name, "–", show(figure(limit), "µs", 1e6), show(ratio(limit, cpuOf(seen.ours))), "–"]);
      goals = [["threads", "the C++ SDK's way (libcurl, thread per job)", 3.5], ["node", "the official Node stack", 25]].map(
        ([who, label, least]) => {
          const times = ratio(cpuOf(seen[who]), cpuOf(seen.ours));
          const most = ratio(cpuOf(seen[who]), limit);
          return {
            what: `cheaper than ${label}, CPU of one whole export, 200 at a time`, goal: `≥ ${least} times`,
            seen: `${show(times)}; three wrk requests: ${show(most.median)}`, met: times.median >= least,
          };
        },
      );
    }
  }
  return { rows, goals, series, bars };
}

async function growth(bench) {
  const base = bench.nginx.http;
  const exports = bench.quick ? 100_000 : 200_000;
  const warm = ["--warm-up", 200]; // else the first half of the larger run would be its warm-up
  const seen = await interleave(bench.quick ? 1 : 5, {
    few: () => ours(bench, base, exports, 100, warm),
    many: () => ours(bench, base, exports, 100_000, warm),
  });
  const grown = ratio(cpuOf(seen.many), cpuOf(seen.few));
  return {
    rows: [["100", show(figure(cpuOf(seen.few)), "µs", 1e6), "1"], ["100,000", show(figure(cpuOf(seen.many)), "µs", 1e6), show(grown)]],
    goal: { what: "growth of the CPU an export from 100 to 100,000 concurrent", goal: "≤ 1.25 ×", seen: show(grown), met: grown.median <= 1.25 },
  };
}

/// The functions that most instructions are in.
function hottest(file) {
  const lines = text("callgrind_annotate", ["--threshold=60", file]).split("\n");
  const rows = [];
  for (const line of lines) {
    const found = line.match(/^\s*([\d,]+) \(\s*([\d.]+)%\)\s+[^:]*:(.*?)(?: \[.*\])?$/);
    if (found && !/PROGRAM TOTALS/.test(line)) rows.push([`${found[2]} %`, `\`${found[3].slice(0, 110)}\``]);
  }
  return rows.slice(0, 12);
}

export async function exports_(bench) {
  const limit = await againstTheLimit(bench);
  const args = (times) => ["--endpoint", `${bench.nginx.http}/done`, "--exports", times];
  const counted = await instructions(400, 2400, program("exports"), args);
  const proven = await instructions(700, 2700, program("prototype"), (times) => [bench.nginx.httpPort, 0, 8, times, 200]);
  const peers = await againstPeers(bench);
  const grown = await growth(bench);
  return {
    title: "Whole exports",
    text: "A submission, one poll, the result. langexport has no quota here, and sends the first poll after 1 ms instead of 500 ms; the peers send it at once. " +
      `One export takes **${show(counted.each)}** instructions of user code, the prototype's ${show(proven.each)}.`,
    tables: [
      { caption: "CPU of one export, 200 at a time on 8 connections", head: ["", "client", "CPU an export", "to wrk"], rows: limit.rows },
      { caption: "Against peers, HTTP", head: ["concurrent", "client", "exports/s", "CPU an export", "CPU to ours", "RSS"], rows: peers.rows },
      { caption: "Growth", head: ["concurrent", "CPU an export", ""], rows: grown.rows },
      { caption: "Where the instructions of a whole export go", head: ["part", "function"], rows: hottest(counted.file) },
    ],
    plots: [
      {
        name: "exports-cpu", kind: "bars", title: "CPU time of one export", bars: peers.bars,
        subtitle: "A submission, one poll and the result, over HTTP; shorter is better. Without a quota. langexport sends the first poll after 1 ms (default: 500 ms), the others at once",
      },
      ...(bench.quick ? [] : [{
        name: "exports-speed", kind: "lines", title: "Exports per second", xLabel: "exports at a time",
        subtitle: "On one processor, over HTTP; higher is better. Without a quota. langexport sends the first poll after 1 ms (default: 500 ms), the others at once",
        series: [
          { client: "langexport", points: peers.series.ours },
          { client: "threads", points: peers.series.threads },
          { client: "node", points: peers.series.node },
        ],
      }]),
    ],
    goals: [
      { what: "user instructions of one whole export", goal: "≤ 80,000", seen: show(counted.each), met: counted.each <= 80_000 },
      ...limit.goals, ...peers.goals, grown.goal,
    ],
  };
}
