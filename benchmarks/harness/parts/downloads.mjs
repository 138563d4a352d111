// 5. Large results, to a file and to nowhere, against curl.

import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

import { clientCpu, program, resultLink, run, runJson, work } from "../tools.mjs";
import { figure, interleave, ratio, show } from "../stats.mjs";

const mib = 2 ** 20;

// What is compared: the name in the measurement, the label, the bar in the plot. A file sink waits for the disk unless
// file_options::sync is false; curl never does.
const clients = [
  ["ours", "langexport", { client: "langexport" }],
  ["unsynced", "langexport, no fsync", { client: "langexport", note: "no fsync", variant: true }],
  ["curl", "curl", { client: "curl" }],
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

async function curl(bench, base, url, to, size) {
  const result = await run("curl", ["-s", "--fail", "--cacert", bench.nginx.ca, "-o", to ?? "/dev/null", "-w", "%{time_total}", url], { cpu: clientCpu });
  return { speed: size / Number(result.output), cpu: result.cpu / size, growth: result.peak_rss };
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
        const fresh = (measure) => () => (rmSync(target, { force: true }), measure());
        const things = {
          ours: fresh(() => ours(bench, base, url, to, to ? ["--sync", 1] : [])),
          curl: fresh(() => curl(bench, base, url, to, size * mib)),
        };
        if (to) things.unsynced = fresh(() => ours(bench, base, url, to));
        const seen = await interleave(size === 256 ? (bench.quick ? 3 : 7) : 3, things);
        const of = (who, what) => seen[who].map((result) => result[what]);
        for (const [who, label] of clients)
          if (seen[who])
            rows.push([
              `${size} MiB, ${protocol}, to ${place}`, label, show(figure(of(who, "speed")), "MiB/s", 1 / mib),
              show(figure(of(who, "cpu")), "ms", 1e3 * mib), who === "curl" ? "1" : show(ratio(of(who, "speed"), of("curl", "speed"))),
              who === "curl" ? "–" : show(figure(of(who, "growth")), "MiB", 1 / mib),
            ]);
        mostGrowth = Math.max(mostGrowth, ...of("ours", "growth"));
        if (to && size === 256) {
          const least = protocol === "HTTP" ? 1.5 : 0.95;
          const times = ratio(of("unsynced", "speed"), of("curl", "speed"));
          goals.push({ what: `download of 256 MiB to a file against curl, both without fsync, ${protocol}`, goal: `≥ ${least} times as fast`, seen: show(times), met: times.median >= least });
          for (const [who, , bar] of clients) {
            const { median } = figure(of(who, "speed"));
            bars.push({ ...bar, group: protocol, value: median / mib, shown: show(median, "MiB/s", 1 / mib) });
          }
        }
      }
    rmSync(join(bench.nginx.folder, "files", name));
  }
  rmSync(target, { force: true });
  goals.push({ what: "memory of a download above the start, the most", goal: "≤ 12 MiB", seen: show(mostGrowth, "MiB", 1 / mib), met: mostGrowth <= 12 * mib });
  return {
    title: "Downloads",
    text: "A result from nginx, into a file that appears whole or not at all, and into a sink that counts. " +
      "The file is written to the disk before it appears (fsync, the default), except where the table says \"no fsync\". curl never calls fsync.",
    tables: [{ head: ["", "client", "speed", "CPU a MiB", "speed to curl", "RSS grown by"], rows }],
    plots: [{ name: "downloads", kind: "bars", title: "Download of 256 MiB to a file", subtitle: "MiB/s; longer is better. langexport waits for the disk (fsync) by default, curl does not", bars }],
    goals,
  };
}
