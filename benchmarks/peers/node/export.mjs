// The same exports by the official stack for Node: @azure-rest/core-client sends, @azure/core-lro polls.
//
//   node export.mjs ENDPOINT KEY EXPORTS CONCURRENT INTERVAL_MS JOB_MS [HOLD_SECONDS]
//
// With HOLD_SECONDS it measures the usage after that time, and stops.

import { getClient } from "@azure-rest/core-client";
import { createHttpPoller } from "@azure/core-lro";

const [endpoint, key, exportCount, concurrent, interval, jobTime, hold] = process.argv.slice(2);
const client = getClient(
  endpoint,
  { key },
  {
    allowInsecureConnection: true,
    credentials: { apiKeyHeaderName: "Ocp-Apim-Subscription-Key" },
    retryOptions: { maxRetries: 1000, retryDelayInMs: Math.max(1, interval), maxRetryDelayInMs: Math.max(1, interval) },
  },
);

const lags = [];
let failed = 0;
let firstFailure = "";

function toOperation(response, method, path) {
  const status = Number(response.status);
  if (status >= 400) throw new Error(`HTTP status ${status}`);
  return {
    flatResponse: response,
    rawResponse: {
      request: { method, url: path },
      statusCode: status,
      headers: response.headers,
      body: response.body,
    },
  };
}

async function exportOnce() {
  const path = `/language/authoring/analyze-text/projects/Project/:export`;
  let submitted = 0;
  const poller = createHttpPoller(
    {
      sendInitialRequest: async () => {
        const response = await client.pathUnchecked(path).post({
          queryParameters: { stringIndexType: "Utf16CodeUnit", "api-version": "2023-04-01" },
          body: { assetsToExport: ["*"] },
        });
        submitted = performance.now();
        return toOperation(response, "POST", path);
      },
      sendPollRequest: async (location) =>
        toOperation(await client.pathUnchecked(location).get(), "GET", location),
    },
    { intervalInMs: Number(interval), resolveOnUnsuccessful: false },
  );
  const ended = await poller.pollUntilDone();
  const result = await client.pathUnchecked(ended.body.resultUrl).get();
  if (Number(result.status) !== 200) throw new Error(`HTTP status ${result.status}`);
  lags.push((performance.now() - submitted - Number(jobTime)) / 1000);
}

let left = Number(exportCount);
async function work() {
  while (left-- > 0) {
    try {
      await exportOnce();
    } catch (error) {
      if (++failed === 1) firstFailure = String(error);
    }
  }
}

function usage() {
  const used = process.resourceUsage();
  return {
    seconds: performance.now() / 1000,
    user: used.userCPUTime / 1e6,
    cpu: (used.userCPUTime + used.systemCPUTime) / 1e6,
    wake_ups: used.voluntaryContextSwitches,
  };
}

function usedSince(before) {
  const now = usage();
  return Object.fromEntries(Object.entries(now).map(([name, value]) => [name, value - before[name]]));
}

const warmUp = hold ? 0 : Math.min(left, 500);
if (warmUp > 0 && Number(interval) === 0) {
  const all = left;
  left = warmUp;
  await Promise.all(Array.from({ length: Math.min(warmUp, Number(concurrent)) }, work));
  left = all;
  lags.length = 0;
}
const residentBefore = process.memoryUsage.rss();
const before = usage();
const workers = Array.from({ length: Number(concurrent) }, work);
if (hold) {
  await new Promise((done) => setTimeout(done, Number(hold) * 1000));
  console.log(JSON.stringify({ ...usedSince(before), exports: Number(concurrent), resident: process.memoryUsage.rss() - residentBefore, failed }));
  process.exit(0);
}
await Promise.all(workers);
lags.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    ...usedSince(before),
    exports: lags.length,
    failed,
    first_failure: firstFailure,
    lag_median: lags[Math.floor((lags.length - 1) * 0.5)] ?? 0,
    lag_p99: lags[Math.floor((lags.length - 1) * 0.99)] ?? 0,
    peak_rss: process.resourceUsage().maxRSS * 1024,
  }),
);
