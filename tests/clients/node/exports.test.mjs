// @azure-rest/core-client with @azure/core-lro against the emulator: lists, exports of all surfaces in all
// forms, and TLS. Where they differ from langexport, a comment says how; both run, here or in the test that it names.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { test } from "node:test";

import {
  bases, exportByUs, exportProject, fetchBytes, key, makeClient, queryOf, talks, texts, withService,
} from "./service.mjs";

const textKinds = [
  "CustomSingleLabelClassification", "CustomMultiLabelClassification", "CustomEntityRecognition",
  "CustomHealthcare", "CustomTextSentiment", "CustomAbstractiveSummarization",
];
const options = [
  ...["--job-duration", "0s", "--page-size", "2"],
  ...textKinds.flatMap((kind) => ["--kind", kind, "--project", kind]),
  ...["--kind", "Conversation", "--project", "Talk", "--project", "Talk 2", "--project", "Talk3"],
  ...["--kind", "Orchestration", "--project", "Orchestra"],
  ...["--kind", "QuestionAnswering", "--project", "Faq", "--project", "Faq2", "--project", "Faq3"],
];
const withAll = (use) => withService(options, (service) => use(service, makeClient(service)));

test("projects of each surface are listed page by page", () =>
  withAll(async (_, client) => {
    const expected = [
      [texts, [...textKinds].sort(), 3],
      [talks, ["Orchestra", "Talk", "Talk 2", "Talk3"], 2],
      [bases, ["Faq", "Faq2", "Faq3"], 2],
    ];
    for (const [surface, names, pageCount] of expected) {
      const pages = [];
      let page = await client
        .pathUnchecked(surface)
        .get({ queryParameters: { "api-version": queryOf(surface)["api-version"] } });
      for (;;) {
        assert.equal(page.status, "200");
        pages.push(page.body.value.map((project) => project.projectName));
        if (!page.body.nextLink) break;
        page = await client.pathUnchecked(page.body.nextLink).get();
      }
      assert.deepEqual(pages.flat(), names);
      assert.equal(pages.length, pageCount);
    }
  }));

test("one project of each surface is described", () =>
  withAll(async (_, client) => {
    for (const [surface, name] of [[texts, "CustomEntityRecognition"], [talks, "Talk"], [bases, "Faq"]]) {
      const path = `${surface}/${name}`;
      const queryParameters = { "api-version": queryOf(surface)["api-version"] };
      const response = await client.pathUnchecked(path).get({ queryParameters });
      assert.equal(response.body.projectName, name);
    }
  }));

test("an export returns the status of its job and no document", () =>
  // The poller ends with the last status. A program that stores it has no backup: it must also fetch the
  // link, which expires. langexport returns the document.
  withAll(async (service, client) => {
    for (const [surface, name] of [[texts, "CustomEntityRecognition"], [talks, "Talk"], [bases, "Faq"]]) {
      const status = await exportProject(client, surface, name);
      assert.equal(status.status, "succeeded");
      assert.equal(status.assets, undefined);
      const document = JSON.parse(await fetchBytes(client, status));
      assert.equal(document.metadata.projectName, name);

      const ours = exportByUs(service, surface, name, "--api-version", "2023-04-01");
      assert.equal(ours.code, 0, ours.messages);
      assert.deepEqual(JSON.parse(ours.files[`${name}.json`]), document);
    }
  }));

test("projects of all kinds are exported", () =>
  withAll(async (_, client) => {
    for (const [surface, names] of [[texts, textKinds], [talks, ["Talk", "Talk 2", "Orchestra"]]])
      for (const name of names) {
        const document = JSON.parse(await fetchBytes(client, await exportProject(client, surface, name)));
        assert.equal(document.metadata.projectName, name);
        assert.equal(document.assets.projectKind, document.metadata.projectKind);
      }
  }));

test("each version of each surface is exported, with its number in the document", () =>
  withAll(async (_, client) => {
    const versions = [
      [texts, "CustomEntityRecognition", ["2022-05-01", "2023-04-01", "2025-05-15-preview"]],
      [talks, "Talk", ["2023-04-01", "2025-05-15-preview", "2025-11-01", "2025-11-15-preview"]],
      [bases, "Faq", ["2023-04-01", "2025-05-15-preview"]],
      [bases.replace("/authoring", ""), "Faq", ["2021-10-01"]],
    ];
    for (const [surface, name, known] of versions)
      for (const version of known) {
        const status = await exportProject(client, surface, name, { "api-version": version });
        const document = JSON.parse(await fetchBytes(client, status));
        assert.equal(document.metadata.projectName, name);
        if ([texts, talks].includes(surface)) assert.equal(document.projectFileVersion, version);
      }
  }));

test("offsets in conversations count the units that a program chooses", () =>
  withAll(async (_, client) => {
    for (const stringIndexType of ["Utf8CodeUnit", "Utf16CodeUnit", "Utf32CodeUnit"]) {
      const status = await exportProject(client, talks, "Talk", { stringIndexType });
      const document = JSON.parse(await fetchBytes(client, status));
      assert.equal(document.stringIndexType, stringIndexType);
    }
  }));

test("all forms of results are exported, byte for byte what langexport stores", () =>
  withAll(async (service, client) => {
    const first = (text) => (bytes) => assert.equal(bytes.subarray(0, text.length).toString(), text);
    const member = (name) => (bytes) => assert.ok(name in JSON.parse(bytes));
    const forms = [
      [talks, "Talk", "Conversation", "Talk.json", member("assets")],
      [talks, "Talk", "Luis", "Talk.json", member("luis_schema_version")],
      [bases, "Faq", "json", "Faq.json", member("assets")],
      [bases, "Faq", "tsv", "Faq.tsv", first("Question\tAnswer\t")],
      [bases, "Faq", "excel", "Faq.xlsx", first("PK\x03\x04")],
    ];
    for (const [surface, name, format, file, check] of forms) {
      const bytes = await fetchBytes(client, await exportProject(client, surface, name, { format }));
      check(bytes);
      const ours = exportByUs(
        service, surface, name, "--format", format, "--api-version", "2023-04-01",
      );
      assert.equal(ours.code, 0, ours.messages);
      assert.deepEqual(ours.files[file], bytes);
    }
    for (const [assetKind, header] of [["qnas", "Question\t"], ["synonyms", "Word\t"]]) {
      const status = await exportProject(client, bases, "Faq", { format: "tsv", assetKind });
      first(header)(await fetchBytes(client, status));
    }
  }));

test("a result that is no text is damaged unless it is read as a stream", () =>
  // Without asNodeStream() the client decodes a body as UTF-8, for every media type, and reports no
  // error. langexport stores the bytes as they are: see the test of all forms.
  withAll(async (_, client) => {
    const status = await exportProject(client, bases, "Faq", { format: "excel" });
    const bytes = await fetchBytes(client, status);
    const response = await client.pathUnchecked(status.resultUrl).get();
    assert.equal(response.status, "200");
    assert.notDeepEqual(Buffer.from(String(response.body), "utf8"), bytes);
  }));

test("a submission has no body, and these headers", () =>
  // The documentation names a body, {"assetsToExport":["*"]}: it is accepted, too.
  withAll(async (service, client) => {
    await exportProject(client, texts, "CustomEntityRecognition");
    const [submission, poll] = client.sent;
    assert.equal(submission.method, "POST");
    assert.equal(
      submission.url,
      `${service.endpoint}${texts}/CustomEntityRecognition/:export` +
        "?api-version=2023-04-01&stringIndexType=Utf16CodeUnit",
    );
    assert.equal(submission.body, undefined);
    assert.deepEqual(
      Object.keys(submission.headers).sort(),
      ["accept", "accept-encoding", "ocp-apim-subscription-key", "user-agent", "x-ms-client-request-id"],
    );
    assert.equal(poll.headers["ocp-apim-subscription-key"], key);

    const response = await client.pathUnchecked(`${texts}/CustomEntityRecognition/:export`).post({
      queryParameters: queryOf(texts),
      body: { assetsToExport: ["*"] },
    });
    assert.equal(response.status, "202");
    assert.ok(response.headers["operation-location"].startsWith(service.endpoint));
  }));

test("a client trusts the certificates that NODE_EXTRA_CA_CERTS names, and no other one", () =>
  withAll(async (service) => {
    const program = fileURLToPath(new URL("export_one.mjs", import.meta.url));
    const run = (environment) =>
      promisify(execFile)(process.execPath, [program, service.endpoint, "Talk"], {
        env: { ...process.env, ...environment },
      });
    const { stdout } = await run({ NODE_EXTRA_CA_CERTS: service.certificateFile });
    assert.equal(JSON.parse(stdout).metadata.projectName, "Talk");
    const untrusted = /self.signed certificate|issuer certificate|verify/;
    await assert.rejects(run({ NODE_EXTRA_CA_CERTS: "" }), untrusted);
  }));
