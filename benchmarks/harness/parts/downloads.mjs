// 5. Large results, to a file and to nowhere, against curl.

import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

import { clientCpu, program, resultLink, run, runJson, text, work } from "../tools.mjs";
import { figure, interleave, ratio, show } from "../stats.mjs";

const mib = 2 ** 20;

// What is compared: the name in the measurement, the label, the bar in the plot, and the client of the same kind to compare
// with. A file sink waits for the disk unless file_options::sync is false; curl never does, so sync(1) does it afterwards.
const clients = [
  ["ours", "langexport", { client: "langexport" }, "synced"],
  ["synced", "curl, then sync", { client: "curl", note: "then sync" }],
  ["unsynced", "langexport, no fsync", { client: "langexport", note: "no fsync", variant: true }, "curl"],
  ["curl", "curl", { client: "curl", variant: true, note: "no sync" }],
];

// A project file of exactly that size, as the service's are: many short documents.
function makeResult(path, size) {
  const file = openSync(path, "w");
  const head = '{"projectFileVersion":"2023-04-01","assets":{"projectKind":"CustomEntityRecognition","documents":[{}';
  const tail = "]}}";
  let left = size - tail.length - writeSync(file, head);
  for (let n = 0; left > 0; ) {
    let piece = "";
    while (piece.length < mib)
      piece += `,{"location":"contract-${n++}.txt","language":"en-us","dataset":"Train","entities":[{"regionOffset":0,"regionLength":4096,"labels":[{"category":"Party","offset":${n},"length":14}]}]}`;
    left -= writeSync(file, piece.length <= left ? piece : " ".repeat(left));
  }
  writeSync(file, tail);
  closeSync(file);
}

async function ours(bench, base, url, to, more = []) {
  const args = ["--endpoint", base, "--ca", bench.nginx.ca, "--small", resultLink(base), "--result", url];
  const result = await runJson(program("downloads"), [...args, ...(to ? ["--to", to] : []), ...more], { cpu: clientCpu });
  return { speed: result.bytes / result.seconds, cpu: result.cpu / result.bytes, growth: result.peak_growth };
}

// curl prints the seconds of the download; with `then`, the shell adds the nanoseconds of `sync`. The CPU time is that
// of both.
async function curl(bench, url, to, size, then = "") {
  const script = `curl -s --fail --cacert "$1" -o "$2" -w '%{time_total}\\n' "$3"${then}`;
  const result = await run("sh", ["-c", script, "curl", bench.nginx.ca, to ?? "/dev/null", url], { cpu: clientCpu });
  const [seconds, nanoseconds = 0] = result.output.trim().split("\n").map(Number);
  return { speed: size / (seconds + nanoseconds / 1e9), cpu: result.cpu / size, growth: result.peak_rss };
}
const thenSync = ' && begin=$(date +%s%N) && sync "$2" && echo $(($(date +%s%N) - begin))';

// The disk has nothing left to do when a measurement begins.
function fresh(target, measure) {
  return () => {
    rmSync(target, { force: true });
    text("sync", ["-f", work]);
    return measure();
  };
}

function programs(bench, base, url, to, target, size) {
  const things = {
    ours: () => ours(bench, base, url, to, to ? ["--sync", 1] : []),
    synced: () => curl(bench, url, to, size, thenSync),
    unsynced: () => ours(bench, base, url, to),
    curl: () => curl(bench, url, to, size),
  };
  if (!to) {
    delete things.synced;
    delete things.unsynced;
  }
  return Object.fromEntries(Object.entries(things).map(([who, measure]) => [who, fresh(target, measure)]));
}

export async function downloads(bench) {
  const sizes = bench.quick ? [256] : [256, 1024];
  const rows = [];
  const goals = [];
  const bars = [];
  const target = join(work, "download.json");
  let mostGrowth = 0;
  for (const size of sizes) {
    const name = `${size}MiB.json`;
    makeResult(join(bench.nginx.folder, "files", name), size * mib);
    for (const [protocol, base] of [["HTTP", bench.nginx.http], ["TLS", bench.nginx.tls]])
      for (const [place, to] of [["a file", target], ["nowhere", null]]) {
        const url = `${base}/done/files/${name}`;
        const seen = await interleave(size === 256 ? (bench.quick ? 3 : 7) : 3, programs(bench, base, url, to, target, size * mib));
        const of = (who, what) => seen[who].map((result) => result[what]);
        for (const [who, label, , other = who] of clients)
          if (seen[who]) {
            const peer = seen[other] ? other : "curl";
            rows.push([
              `${size} MiB, ${protocol}, to ${place}`, label, show(figure(of(who, "speed")), "MiB/s", 1 / mib),
              show(figure(of(who, "cpu")), "ms", 1e3 * mib), who === peer ? "1" : show(ratio(of(who, "speed"), of(peer, "speed"))),
              who === peer ? "–" : show(figure(of(who, "growth")), "MiB", 1 / mib),
            ]);
          }
        mostGrowth = Math.max(mostGrowth, ...of("ours", "growth"));
        if (!to) continue;
        for (const [who, peer, least, what] of [
          ["ours", "synced", 1.0, "default settings, against curl and then sync"],
          ["unsynced", "curl", 1.1, "without fsync, against curl"],
        ]) {
          const times = ratio(of(who, "speed"), of(peer, "speed"));
          goals.push({ what: `download of ${size} MiB to a file, ${protocol}, ${what}`, goal: `≥ ${least.toFixed(1)} times as fast`, seen: show(times), met: times.median >= least });
        }
        if (size === 256)
          for (const [who, , bar] of clients) {
            const { median } = figure(of(who, "speed"));
            bars.push({ ...bar, group: protocol, value: median / mib, shown: show(median, "MiB/s", 1 / mib) });
          }
      }
    rmSync(join(bench.nginx.folder, "files", name));
  }
  rmSync(target, { force: true });
  goals.push({ what: "memory of a download above the start, the most", goal: "≤ 12 MiB", seen: show(mostGrowth, "MiB", 1 / mib), met: mostGrowth <= 12 * mib });
  return {
    title: "Downloads",
    text: "A result from nginx, into a file that appears whole or not at all, and into a sink that counts. langexport checks that each is complete and valid JSON. " +
      "By default the file is written to the disk before it appears (fsync); that is compared with `curl -o f && sync f`. curl never calls fsync, so that \"no fsync\" is compared with curl alone.",
    tables: [{ head: ["", "client", "speed", "CPU a MiB", "speed to curl", "RSS grown by"], rows }],
    plots: [{ name: "downloads", kind: "bars", title: "Download of 256 MiB to a file", subtitle: "MiB/s; longer is better. Filled: the disk has the file at the end, the default of langexport", bars }],
    goals,
  };
}
