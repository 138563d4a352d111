// The emulator program as the service of a test, the official client for it, and the backup program.

import { getClient } from "@azure-rest/core-client";
import { createHttpPoller } from "@azure/core-lro";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const key = "key";
export const texts = "/language/authoring/analyze-text/projects";
export const talks = "/language/authoring/analyze-conversations/projects";
export const bases = "/language/authoring/query-knowledgebases/projects";

// Calls `use` with the emulator over TLS. Afterwards, the service has the counters `jobs` and `polls`.
export async function withService(options, use) {
  const folder = mkdtempSync(join(tmpdir(), "langexport-"));
  const certificateFile = join(folder, "certificate.pem");
  const process_ = spawn(
    process.env.LANGEXPORT_EMULATOR,
    ["--tls", "--certificate-out", certificateFile, "--key", key, ...options],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise((resolve) => process_.once("close", resolve));
  let output = "";
  process_.stdout.setEncoding("utf8");
  await new Promise((resolve) => {
    process_.stdout.on("data", (text) => {
      output += text;
      if (output.includes("# fetch")) resolve();
    });
    ended.then(resolve);
  });
  const service = { certificateFile, endpoint: /listening on (\S+)/.exec(output)?.[1] };
  try {
    if (!service.endpoint) throw new Error("the emulator does not listen");
    service.certificate = readFileSync(certificateFile, "utf8");
    service.result = await use(service);
  } finally {
    process_.kill("SIGTERM");
    const status = await ended;
    rmSync(folder, { recursive: true });
    if (status !== 0) throw new Error(`the emulator ended with ${status}`);
  }
  const seen = /(\d+) jobs, (\d+) polls/.exec(output);
  return Object.assign(service, { jobs: Number(seen[1]), polls: Number(seen[2]) });
}

// The client; `sent` and `statuses` record its requests and the statuses.
export function makeClient(service, { trusted = service.certificate, credential = key } = {}) {
  const client = getClient(
    service.endpoint,
    { key: credential },
    {
      credentials: { apiKeyHeaderName: "Ocp-Apim-Subscription-Key" },
      ...(trusted && { tlsOptions: { ca: trusted } }),
      retryOptions: { retryDelayInMs: 1, maxRetryDelayInMs: 5 },
    },
  );
  const sent = [];
  const statuses = [];
  client.pipeline.addPolicy(
    {
      name: "watch",
      async sendRequest(request, next) {
        sent.push({
          method: request.method,
          url: request.url,
          body: request.body,
          headers: request.headers.toJSON(),
        });
        const response = await next(request);
        statuses.push(response.status);
        return response;
      },
    },
    { phase: "Sign" },
  );
  return Object.assign(client, { sent, statuses });
}

export function queryOf(surface, more = {}) {
  const units = surface.includes("query-knowledgebases") ? {} : { stringIndexType: "Utf16CodeUnit" };
  return { "api-version": "2023-04-01", ...units, ...more };
}

// As generated clients do it: they hand core-lro the responses of core-client.
function toOperation(response, method, url) {
  if (Number(response.status) >= 400) throw Object.assign(new Error("rejected"), { response });
  const rawResponse = {
    request: { method, url },
    statusCode: Number(response.status),
    headers: response.headers,
    body: response.body,
  };
  return { flatResponse: response, rawResponse };
}

// Submits, and polls until the poller ends or `mostPolls` are done. Returns the last status.
export async function exportProject(client, surface, project, query = {}, settings = {}) {
  const { mostPolls = 1000, seen = [], ...options } = settings;
  const path = `${surface}/${encodeURIComponent(project)}/:export`;
  const stop = new AbortController();
  const poller = createHttpPoller(
    {
      sendInitialRequest: async () =>
        toOperation(
          await client.pathUnchecked(path).post({ queryParameters: queryOf(surface, query) }),
          "POST",
          path,
        ),
      sendPollRequest: async (location) => {
        const response = await client.pathUnchecked(location).get();
        seen.push(response.body?.status);
        if (seen.length >= mostPolls) stop.abort();
        return toOperation(response, "GET", location);
      },
    },
    { intervalInMs: 10, ...options },
  );
  const last = await poller.pollUntilDone({ abortSignal: stop.signal });
  return last.body;
}

// The bytes of the document that the link of a succeeded job names.
export async function fetchBytes(client, status) {
  const response = await client.pathUnchecked(status.resultUrl).get().asNodeStream();
  if (response.status !== "200") throw new Error(`HTTP status ${response.status}`);
  const chunks = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// Calls `use` with a list that gets the delay, in milliseconds, of each timer that starts meanwhile. Each timer
// fires after a hundredth of its delay.
export async function withQuickTimers(use) {
  const waits = [];
  const { setTimeout: start } = globalThis;
  globalThis.setTimeout = (call, time, ...rest) => {
    waits.push(time);
    return start(call, time / 100, ...rest);
  };
  try {
    return await use(waits);
  } finally {
    globalThis.setTimeout = start;
  }
}

// Exports the project with export_projects: exit status, messages, and the files by name.
export function exportByUs(service, surface, project, ...options) {
  const folder = mkdtempSync(join(tmpdir(), "langexport-"));
  const ended = spawnSync(
    process.env.LANGEXPORT_EXPORT_PROJECTS,
    [
      ...["--surface", surface.split("/")[3], "--output-dir", folder],
      ...["--ca-file", service.certificateFile, "--poll-first", "10ms", "--poll-max", "20ms"],
      ...options,
      project,
    ],
    {
      env: { ...process.env, AZURE_LANGUAGE_ENDPOINT: service.endpoint, AZURE_LANGUAGE_KEY: key },
      encoding: "utf8",
      timeout: 100_000,
    },
  );
  const files = {};
  for (const name of readdirSync(folder))
    if (!name.startsWith(".")) files[name] = readFileSync(join(folder, name));
  rmSync(folder, { recursive: true });
  return { code: ended.status, messages: ended.stderr, files };
}
