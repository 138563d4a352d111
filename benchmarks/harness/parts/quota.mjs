// 4. Many exports within the service's quota, in scaled time.

import { join } from "node:path";

import { clientCpu, jobLink, program, resultLink, run, runJson, startOthers, startService, submission, work } from "../tools.mjs";
import { labelOf } from "../clients.mjs";
import { figure, interleave, median, ratio, show } from "../stats.mjs";
import { nodePeer } from "./exports.mjs";

const posts = 10;
const gets = 100;
const scale = 60; // a minute takes a second
const window = 60 / scale;

/// (⌈POSTs / P⌉ − 1) · (W + round trip) + run time + 3 round trips
function bound(submissions, limit, runTime, roundTrip) {
  return (Math.ceil(submissions / limit) - 1) * (window + roundTrip) + runTime + 3 * roundTrip;
}

async function withService(job, more, client) {
  const args = ["--scale", scale, "--posts", posts, "--gets", gets, "--job", job, ...more];
  const service = await startService(args);
  try {
    return { ...(await client(service)), counters: await service.stop() };
  } catch (error) {
    await service.stop().catch(() => {});
    throw error;
  }
}

function ours(exports, job) {
  return (service) =>
    runJson(program("quota"), ["--endpoint", service.endpoint, "--key", service.key, "--exports", exports, "--scale", scale, "--job", job / scale],
      { timeout: 900 });
}

function withOthers(client, more) {
  return async (service) => {
    const others = startOthers(["--endpoint", service.endpoint, "--key", service.key, "--clients", 2,
      "--submissions", posts / 2 / window, "--reads", gets / 2 / window, ...more]);
    let seen;
    try {
      seen = await client(service);
    } catch (error) {
      await others.stop().catch(() => {});
      throw error;
    }
    return { ...seen, others: await others.stop() };
  };
}

async function oursInAllWays(bench) {
  const exports = bench.quick ? 100 : 1000;
  const ways = [
    { label: "jobs of 0 s", job: 0, most: 1.01 },
    { label: "jobs of 1 s", job: 1, most: 1.01 },
    { label: "jobs of 30 s", job: 30, most: 1.01 },
    { label: "jobs of 1 s, 5 % faults", job: 1, most: 1.02, more: ["--faults", 20] },
    { label: "jobs of 1 s, two others send half and drop rejected requests", job: 1, most: 1.1, others: [] },
    { label: "jobs of 1 s, two others send half and repeat rejected requests", job: 1, most: 1.1, others: ["--insist", 1] },
  ];
  return Promise.all(
    ways.map(async (way) => {
      const client = ours(exports, way.job);
      const seen = await withService(way.job, way.more ?? [], way.others ? withOthers(client, way.others) : client);
      const submissions = way.others ? exports : seen.counters.submissions;
      const least = bound(submissions, way.others ? posts / 2 : posts, way.job / scale, seen.round_trip);
      return { ...way, exports, seen, least, over: seen.seconds / least };
    }),
  );
}

/// The rejected requests of langexport, and those of the other clients.
function own429({ seen }) {
  const others = seen.others ? `, ${seen.others.rejected} × of the others` : "";
  return `${seen.counters.throttled - (seen.others?.rejected ?? 0)} × 429${others}`;
}

async function peers(bench) {
  const exports = bench.quick ? 60 : 300;
  const atATime = bench.quick ? 30 : 100;
  const job = 1;
  const threads = (interval) => (service) =>
    runJson(program("threads"), ["--endpoint", service.endpoint, "--key", service.key, "--exports", exports, "--threads", atATime,
      "--interval", interval / scale, "--job", job / scale, "--for", 120], { timeout: 400 });
  const node = (service) =>
    nodePeer([service.endpoint, service.key, exports, atATime, Math.round(2000 / scale), (job * 1000) / scale], { timeout: 400 });
  const all = [
    [{ client: "langexport" }, ours(exports, job)],
    [{ client: "threads", note: "every 1 s" }, threads(1)],
    [{ client: "threads", note: "every 2 s" }, threads(2)],
    [{ client: "threads", note: "every 30 s" }, threads(30)],
    [{ client: "node", note: "every 2 s" }, node],
  ];
  return Promise.all(
    all.map(async ([who, client]) => {
      const seen = await withService(job, [], client);
      return { who, exports, atATime, seen, least: bound(exports, posts, job / scale, 0) };
    }),
  );
}

/// One job alone, with run times up to two minutes at true speed and up to an hour at a higher one.
async function alone(bench) {
  const runs = bench.quick
    ? [["--jobs", 40, "--longest", 20], ["--jobs", 20, "--shortest", 60, "--longest", 600, "--scale", 20]]
    : [["--jobs", 200, "--longest", 120], ["--jobs", 100, "--shortest", 120, "--longest", 3600, "--scale", 20]];
  const seen = await Promise.all(runs.map((args) => runJson(program("lag"), args, { cpu: clientCpu, timeout: 600 })));
  const jobs = seen.flatMap((each) => each.jobs);
  const parts = jobs.map(({ run_time, lag }) => lag / Math.max(0.3, 0.03 * run_time)).sort((a, b) => a - b);
  const lags = jobs.map(({ lag }) => lag).sort((a, b) => a - b);
  const p99 = (values) => values[Math.floor((values.length - 1) * 0.99)];
  return { lags, median: median(lags), p99: p99(lags), most: lags.at(-1), part: median(parts) };
}

async function cold(bench) {
  const common = ["--cacert", bench.nginx.ca, "-s", "-o", join(work, "cold.json"), "-H", "Ocp-Apim-Subscription-Key: e58b081006f7e3dfc967a64cb14028d5"];
  const base = bench.nginx.tls;
  const curlArgs = [
    ...common, "-H", "Content-Type: application/json", "-d", '{"assetsToExport":["*"]}', submission(base),
    "--next", ...common, jobLink(base), "--next", ...common, resultLink(base),
  ];
  const seen = await interleave(bench.quick ? 15 : 51, {
    ours: () => run(program("cold"), ["--endpoint", `${base}/done`, "--ca", bench.nginx.ca, "--to", join(work, "cold.json")], { cpu: clientCpu }),
    curl: () => run("curl", curlArgs, { cpu: clientCpu }),
  });
  const of = (who, what) => seen[who].map((result) => result[what]);
  return {
    rows: [["langexport", "ours"], ["curl, the same three requests", "curl"]].map(([label, who]) => [
      label, show(figure(of(who, "seconds")), "ms", 1e3), show(figure(of(who, "cpu")), "ms", 1e3),
    ]),
    times: ratio(of("ours", "seconds"), of("curl", "seconds")),
  };
}

function peerPlots(compared) {
  const [{ exports, atATime }] = compared;
  const conditions = `${exports} exports, jobs of 1 s, under a quota of ${posts} POST and ${gets} GET a minute; shorter is better. ` +
    `langexport gets all exports at once, the others ${atATime} at a time`;
  const bars = (valueOf, shownOf) => compared.map((one) => ({ ...one.who, value: valueOf(one), shown: shownOf(one) }));
  const rejected = ({ seen }) => seen.counters.throttled / exports;
  const lag = ({ seen }) => seen.lag_median * scale;
  return [
    {
      name: "quota-rejections", kind: "bars", title: "Rejected requests (429) for each export", subtitle: conditions,
      bars: bars(rejected, (one) => `${show(rejected(one))}, in ${show(one.seen.seconds / one.least)} × the shortest time`),
    },
    {
      name: "quota-lag", kind: "bars", title: "From the end of a job to its result", subtitle: `Median of ${conditions}`,
      bars: bars(lag, (one) => `${show(lag(one), "s")}, ${show(rejected(one))} × 429 for each export`),
    },
  ];
}

export async function quota(bench) {
  const started = await cold(bench);
  const [ways, single] = await Promise.all([oursInAllWays(bench), alone(bench)]);
  const compared = await peers(bench);
  const scaled = (seconds) => show(seconds * scale, "s");
  const waysRows = ways.map(({ label, exports, seen, least, over }) => [
    label, String(exports), scaled(least), scaled(seen.seconds), show(over), String(seen.counters.throttled - (seen.others?.rejected ?? 0)), seen.others ? String(seen.others.rejected) : "–",
    show(seen.polls / exports), scaled(seen.lag_median), scaled(seen.lag_p99), show(seen.wake_ups / seen.seconds),
    show((seen.counters.submissions + seen.counters.status_gets + seen.counters.result_gets) / seen.seconds), String(seen.failed),
  ]);
  const full = ways.find((way) => way.job === 30);
  const peersRows = compared.map(({ who, exports, seen, least }) => [
    labelOf(who), String(exports), show(seen.seconds / least), String(seen.counters.throttled), show(seen.counters.status_gets / exports),
    scaled(seen.lag_median), scaled(seen.lag_p99), show((seen.cpu * 1e3) / exports, "ms"), String(seen.failed),
  ]);
  const makespans = ways.map((way) => ({
    what: `makespan of ${way.exports} exports against the bound: ${way.label}`,
    goal: `≤ ${way.most}${way.more || way.others ? ", none fails" : ", no 429"}`,
    seen: `${show(way.over)}, ${own429(way)}${way.seen.failed ? `, ${way.seen.failed} failed: ${way.seen.first_failure}` : ""}`,
    met: way.over <= way.most && way.seen.failed === 0 && (way.more || way.others ? true : way.seen.counters.throttled === 0),
  }));
  return {
    title: "Quota",
    text: `The emulator with ${posts} POST and ${gets} GET in any minute, its time ${scale} times as fast (a window takes ${window} s), and clients whose waits ` +
      "are as many times as short; all times in the tables are the service's. The bound is (⌈POSTs / 10⌉ − 1) · (window + round trip) + run time + 3 round trips. " +
      `One job alone, ${single.lags.length} run times from 1 s to an hour (from two minutes on 20 times as fast): the result comes ${show(single.median, "s")} after the job's end in the median, ${show(single.p99, "s")} at p99, ${show(single.most, "s")} at most.`,
    tables: [
      { caption: "langexport, all exports started at once, defaults", head: ["", "exports", "bound", "makespan", "over bound", "429", "429 of the others", "polls a job", "lag, median", "lag, p99", "wake-ups/s", "requests/s", "failed"], rows: waysRows },
      { caption: "Next to others: jobs of 1 s, 100 at a time (langexport: all at once)", head: ["client", "exports", "over bound", "429", "polls a job", "lag, median", "lag, p99", "CPU an export", "failed"], rows: peersRows },
      { caption: "A first export from a cold start, over TLS, to a file", head: ["client", "time", "CPU"], rows: started.rows },
    ],
    plots: peerPlots(compared),
    goals: [
      ...makespans,
      { what: "lag of one job alone against max(300 ms, 0.03 × run time), median", goal: "≤ 1", seen: show(single.part), met: single.part <= 1 },
      { what: "lag of one job alone, at most", goal: "≤ 1.5 s", seen: show(single.most, "s"), met: single.most <= 1.5 },
      { what: "lag at full quota against the run time, jobs of 30 s, median", goal: "≤ 0.05", seen: show((full.seen.lag_median * scale) / 30), met: (full.seen.lag_median * scale) / 30 <= 0.05 },
      { what: "a first export from a cold start against curl", goal: "≤ 0.7", seen: show(started.times), met: started.times.median <= 0.7 },
    ],
  };
}
