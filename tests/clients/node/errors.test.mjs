// @azure-rest/core-client with @azure/core-lro against the emulator: errors, ends of jobs and faults. Where
// they differ from langexport, a comment says how; both run, here or in the test that it names.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { test } from "node:test";

import {
  bases, exportByUs, exportProject, fetchBytes, key, makeClient, queryOf, talks, texts,
  withQuickTimers, withService,
} from "./service.mjs";

const plain = ["--job-duration", "0s", "--project", "A"];

// One export with these options of the emulator: its outcome, and the requests.
async function runWith(options, settings) {
  const seen = [];
  let client, status, error;
  const service = await withService(options, async (running) => {
    client = makeClient(running);
    try {
      status = await exportProject(client, texts, "A", {}, { ...settings, seen });
    } catch (caught) {
      error = caught;
    }
  });
  const { sent, statuses } = client;
  return { status, error, seen, statuses, methods: sent.map((request) => request.method), service };
}

// The same export with export_projects.
async function runOurs(options, ...more) {
  const service = await withService(options, (running) => exportByUs(running, texts, "A", ...more));
  return { ...service.result, jobs: service.jobs };
}

test("errors of requests have their statuses and codes", () =>
  withService(
    [...plain, "--kind", "Conversation", "--project", "T", "--kind", "QuestionAnswering", "--project", "Q"],
    async (service) => {
      const client = makeClient(service);
      const submit = (surface, project, query, sender = client) =>
        sender
          .pathUnchecked(`${surface}/${project}/:export`)
          .post({ queryParameters: queryOf(surface, query) });
      for (const [surface, project] of [[texts, "A"], [talks, "T"], [bases, "Q"]]) {
        const unknown = await submit(surface, "Nobody");
        assert.equal(unknown.status, "404");
        assert.equal(unknown.body.error.code, "ProjectNotFound");
        const version = await submit(surface, project, { "api-version": "2020-01-01" });
        assert.equal(version.status, "400");
        assert.equal(version.body.error.innererror.code, "UnsupportedApiVersion");
        const wrong = await submit(surface, project, {}, makeClient(service, { credential: "wrong" }));
        assert.equal(wrong.status, "401");
        assert.equal(wrong.body.error.code, "401");
      }
      const wrongValues = [
        [texts, "A", "stringIndexType"], [texts, "A", "trainedModelLabel"], [talks, "T", "stringIndexType"],
        [talks, "T", "trainedModelLabel"], [talks, "T", "format"], [bases, "Q", "format"],
        [bases, "Q", "assetKind"],
      ];
      for (const [surface, project, parameter] of wrongValues) {
        const response = await submit(surface, project, { [parameter]: "x" });
        assert.equal(response.status, "400");
        assert.equal(response.body.error.target, parameter);
      }
    },
  ));

test("a trained model is exported by its label", () =>
  withService(
    ["--trained-model", "m1", ...plain, "--kind", "Conversation", "--project", "T"],
    async (service) => {
      for (const [surface, project] of [[texts, "A"], [talks, "T"]]) {
        const status = await exportProject(makeClient(service), surface, project, { trainedModelLabel: "m1" });
        assert.equal(status.status, "succeeded");
      }
    },
  ));

test("a failed job is an error without the reason", async () => {
  // core-lro reads `error`, but a job has a list, `errors`. langexport reports the code and the message
  // that the list has.
  const options = ["--job-duration", "0s", "--end", "failed", "--job-error", "InvalidRequest=No documents."];
  const { error } = await runWith([...options, "--project", "A"]);
  assert.equal(error.message, "The long-running operation has failed");
  const ours = await runOurs([...options, "--project", "A"]);
  assert.equal(ours.code, 1);
  assert.match(ours.messages, /InvalidRequest: "No documents\."/);
});

test("a cancelled job is an error", async () => {
  const options = ["--job-duration", "0s", "--end", "cancelled", "--project", "A"];
  const { error } = await runWith(options);
  assert.equal(error.message, "Operation was canceled");
  const ours = await runOurs(options);
  assert.equal(ours.code, 1);
  assert.match(ours.messages, /was cancelled at the service/);
});

test("a partly completed job, and one with an unknown status, are polled forever", async () => {
  // core-lro takes each word that it does not know for `running`, and has no time limit of its own.
  // For langexport, partiallyCompleted is an end, and the caller decides whether a part is enough. A job with
  // an unknown status ends at the time limit for jobs, and the error names the status.
  const partial = ["--job-duration", "0s", "--end", "partiallyCompleted", "--project", "A"];
  const theirs = await runWith(partial, { mostPolls: 50 });
  assert.deepEqual(theirs.seen, Array(50).fill("partiallyCompleted"));
  assert.equal(theirs.error.name, "AbortError");
  let ours = await runOurs(partial);
  assert.equal(ours.code, 1);
  assert.match(ours.messages, /only a part of the assets/);
  ours = await runOurs(partial, "--accept-partial");
  assert.equal(ours.code, 0, ours.messages);

  const odd = ["--job-duration", "1h", "--statuses", "paused", "--project", "A"];
  const unknown = await runWith(odd, { mostPolls: 50 });
  assert.deepEqual(unknown.seen, Array(50).fill("paused"));
  ours = await runOurs(odd, "--job-timeout", "1s", "--quota-gets", "0");
  assert.equal(ours.code, 1);
  assert.match(ours.messages, /paused/);
});

test("the client waits as long as a throttled service asks", async () => {
  for (const fault of ["submission:1:429+7s", "status:1:429+7s", "status:1:503+7s"])
    await withQuickTimers(async (waits) => {
      const { status, statuses, service } = await runWith([...plain, "--fault", fault]);
      assert.equal(status.status, "succeeded");
      assert.equal(statuses.filter((code) => code >= 400).length, 1);
      assert.ok(waits.includes(7000), String(waits));
      assert.equal(service.jobs, 1);
    });
});

test("jobs are polled as seldom as the service asks, in whole seconds", async () => {
  // Retry-After wins over the interval of the poller. With scaled time the emulator sends retry-after-ms, too:
  // core-lro does not read it.
  for (const [scale, duration] of [["1", "300ms"], ["50", "15s"]])
    await withQuickTimers(async (waits) => {
      const options = ["--kind", "QuestionAnswering", "--project", "Q"];
      const more = ["--job-duration", duration, "--time-scale", scale];
      await withService([...options, ...more], async (service) => {
        const status = await exportProject(makeClient(service), bases, "Q");
        assert.equal(status.status, "succeeded");
      });
      assert.ok(waits.includes(scale === "1" ? 5000 : 1000), String(waits));
    });
});

test("a throttled submission without a time is an error", async () => {
  // langexport waits by its own policy and submits again: 429 says that no job was started.
  const options = [...plain, "--fault", "submission:1:429"];
  const { error, methods, service } = await runWith(options);
  assert.equal(error.response.status, "429");
  assert.deepEqual(methods, ["POST"]);
  assert.equal(service.jobs, 0);
  const ours = await runOurs(options);
  assert.equal(ours.code, 0, ours.messages);
  assert.equal(ours.jobs, 1);
});

test("quotas are found by exceeding them", async () => {
  // The client counts nothing. It sends until the service rejects a request, waits as long as the service asks,
  // and fails at the fourth rejection in a row. Other programs with the same key can cause that. langexport
  // counts its requests and keeps within the quota: see tests/integration/quota_test.cpp.
  const options = ["--job-duration", "1h", "--quota-gets", "5", "--project", "A"];
  await withQuickTimers(async (waits) => {
    const { error, statuses } = await runWith(options, { mostPolls: 100 });
    assert.deepEqual(statuses, [202, ...Array(5).fill(200), ...Array(4).fill(429)]);
    assert.equal(error.response.status, "429");
    assert.equal(waits.filter((time) => time > 50_000).length, 3);
  });
});

test("a submission whose response is lost becomes two jobs", async () => {
  // The client repeats a POST after a broken connection, although the service may have started a job. langexport
  // sends no second POST and reports a failure.
  const options = [...plain, "--fault", "submission:1:lost"];
  const { status, methods, service } = await runWith(options);
  assert.equal(status.status, "succeeded");
  assert.deepEqual(methods, ["POST", "POST", "GET"]);
  assert.equal(service.jobs, 2);
  const ours = await runOurs(options);
  assert.equal(ours.code, 1);
  assert.equal(ours.jobs, 1);
});

test("a status that cannot be read ends the export", async () => {
  // The error has no link to the job, which runs on. langexport polls again after a response that was cut, and
  // after a 404 right after the submission. A complete response that is not a status ends its export, too, but the
  // report keeps the job.
  for (const [fault, expected] of [["404", 0], ["reset=10", 0], ["html", 1], ["half-json", 1]]) {
    const options = [...plain, "--fault", `status:1:${fault}`];
    const { error, methods } = await runWith(options);
    assert.ok(error, fault);
    assert.deepEqual(methods, ["POST", "GET"], fault);
    const ours = await runOurs(options);
    assert.equal(ours.code, expected, ours.messages);
    assert.equal(ours.messages.includes("keeps the job for --resume"), expected === 1);
  }
});

test("a result that is cut is an error", async () => {
  // langexport downloads it again.
  await withService([...plain, "--fault", "result:1:cut=100"], async (service) => {
    const client = makeClient(service);
    const status = await exportProject(client, texts, "A");
    await assert.rejects(fetchBytes(client, status), /aborted/);
  });
  const ours = await runOurs([...plain, "--fault", "result:1:cut=100"]);
  assert.equal(ours.code, 0, ours.messages);
});

test("the key is sent wherever a link leads", async () => {
  // core-client sends the key to each URL that the program passes, for example to a link of a response.
  // langexport checks the origin of each link first: see tests/integration/client_secrets_test.cpp.
  const other = createServer((request, response) => {
    other.received = request.headers["ocp-apim-subscription-key"];
    response.end("{}");
  }).listen(0, "127.0.0.1");
  await once(other, "listening");
  try {
    await withService(plain, async (service) => {
      const client = makeClient(service);
      await client
        .pathUnchecked(`http://127.0.0.1:${other.address().port}/result`)
        .get({ allowInsecureConnection: true });
    });
  } finally {
    other.close(); // Node does not end while it listens
  }
  assert.equal(other.received, key);
});
