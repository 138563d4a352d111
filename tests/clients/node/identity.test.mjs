// @azure/identity against the issuer of tokens. The library accepts it as it accepts the service, and needs one
// setting for that: without `disableInstanceDiscovery` it asks login.microsoftonline.com about the authority.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { get } from "node:https";
import { json } from "node:stream/consumers";
import { test } from "node:test";

import { applicationOf, getToken, scope, withIssuer } from "./issuer.mjs";

// Requests without the values that differ between runs.
function summarize(requests) {
  return requests.map(({ method, target, status }) => `${method} ${target.split("?")[0]} ${status}`);
}

// The library got the only token that was issued, and keeps it: the times of the response are as it expects them.
function assertToken({ result, tokens }) {
  assert.equal(tokens.length, 1);
  assert.deepEqual(result, { token: tokens[0], tokenType: "Bearer", second: tokens[0] });
}

// An environment, as a function of the issuer's settings.
const proofs = {
  secret: (issuer) => ({ ...applicationOf(issuer), AZURE_CLIENT_SECRET: issuer.clientSecret }),
  workload: (issuer) => ({ ...applicationOf(issuer), AZURE_FEDERATED_TOKEN_FILE: issuer.tokenFile }),
};
const machines = {
  "App Service": (issuer) => ({
    IDENTITY_ENDPOINT: issuer.identityEndpoint,
    IDENTITY_HEADER: issuer.identityHeader,
  }),
  // The variable replaces http://169.254.169.254.
  "a virtual machine": (issuer) => ({ AZURE_POD_IDENTITY_AUTHORITY_HOST: issuer.machineEndpoint }),
};

for (const [kind, environmentOf] of Object.entries(proofs))
  test(`an application gets a token: ${kind}`, async () => {
    const seen = await withIssuer(async (issuer) => ({
      issuer,
      ...(await getToken(kind, environmentOf(issuer))),
    }));
    const { issuer, ...result } = seen.result;
    assertToken({ ...seen, result });
    assert.deepEqual(summarize(seen.requests), [
      `GET /${issuer.tenantId}/v2.0/.well-known/openid-configuration 200`,
      `POST /${issuer.tenantId}/oauth2/v2.0/token 200`,
    ]);
    assert.equal(seen.requests[1].scope, scope);
    assert.equal(seen.requests[1].clientId, issuer.clientId);
  });

for (const [where, environmentOf] of Object.entries(machines)) {
  test(`a managed identity gets a token: ${where}`, async () => {
    const seen = await withIssuer((issuer) => getToken("managed", environmentOf(issuer)));
    assertToken(seen);
    assert.deepEqual(seen.requests.map((request) => request.status), [200]);
    assert.equal(seen.requests[0].scope, "https://cognitiveservices.azure.com");
  });

  test(`a user-assigned identity gets a token: ${where}`, async () => {
    const seen = await withIssuer((issuer) =>
      getToken("managed", { ...environmentOf(issuer), AZURE_CLIENT_ID: issuer.clientId }),
    );
    assertToken(seen);
  });
}

const rejections = [
  {
    what: "a wrong secret",
    wrong: { AZURE_CLIENT_SECRET: "wrong" },
    error: /^invalid_client: Error\(s\): 7000215 .*AADSTS7000215: Invalid client secret/,
  },
  {
    what: "an unknown application",
    wrong: { AZURE_CLIENT_ID: "unknown" },
    error: /^unauthorized_client: Error\(s\): 700016 .*AADSTS700016: Application with identifier 'unknown'/,
  },
  {
    what: "a wrong scope",
    scope: "https://example.com/.default",
    error: /^invalid_scope: Error\(s\): 70011 .*AADSTS70011: /,
  },
  {
    what: "a wrong assertion",
    kind: "workload",
    wrong: { AZURE_FEDERATED_TOKEN_FILE: "package.json" },
    error: /^invalid_client: Error\(s\): 700213 .*AADSTS700213: /,
  },
];

for (const { what, kind = "secret", wrong = {}, scope: wanted, error } of rejections)
  test(`${what} is rejected with the code of the service`, async () => {
    const { result, tokens } = await withIssuer((issuer) =>
      getToken(kind, { ...proofs[kind](issuer), ...wrong }, wanted),
    );
    assert.equal(result.name, "AuthenticationRequiredError");
    assert.match(result.message, error);
    assert.match(result.message, / Trace ID: [-0-9a-f]{36}$/);
    assert.deepEqual(tokens, []);
  });

test("an unknown tenant has no document, and no secret is sent", async () => {
  // The library drops the reason that the authority gives.
  const { result, requests } = await withIssuer((issuer) =>
    getToken("secret", { ...proofs.secret(issuer), AZURE_TENANT_ID: "unknown" }),
  );
  assert.equal(result.name, "CredentialUnavailableError");
  assert.match(result.message, /^endpoints_resolution_error: /);
  const document = "/unknown/v2.0/.well-known/openid-configuration";
  assert.deepEqual(summarize(requests), [`GET ${document} 400`]);
});

test("the authority has a document for the tenant that it knows", () =>
  withIssuer(async (issuer) => {
    const ca = readFileSync(issuer.certificateFile);
    const tenant = `${issuer.authority}/${issuer.tenantId}`;
    const document = "/.well-known/openid-configuration";
    const fetchJson = async (url) => {
      const [response] = await once(get(url, { ca, agent: false }), "response");
      return { status: response.statusCode, body: await json(response) };
    };
    for (const place of [`${tenant}/v2.0`, tenant, issuer.authority]) {
      const { status, body } = await fetchJson(place + document);
      assert.equal(status, 200, place);
      assert.equal(body.token_endpoint, `${tenant}/oauth2/v2.0/token`);
    }
    for (const path of ["/unknown/v2.0", "/unknown"]) {
      const { status, body } = await fetchJson(issuer.authority + path + document);
      assert.equal(status, 400, path);
      assert.equal(body.error, "invalid_tenant");
      assert.match(body.error_description, /^AADSTS90002: Tenant 'unknown' not found/);
      assert.match(body.timestamp, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
    }
  }));

test("an authority whose certificate is not trusted gets no request", async () => {
  const { result, requests } = await withIssuer((issuer) =>
    getToken("secret", { ...proofs.secret(issuer), NODE_EXTRA_CA_CERTS: "" }),
  );
  assert.equal(result.name, "CredentialUnavailableError");
  assert.deepEqual(requests, []);
});

test("an identity that the machine does not have is rejected", async () => {
  const errors = {
    "App Service": /No User Assigned .* Managed Identity found/,
    "a virtual machine": /Identity not found/,
  };
  for (const [where, environmentOf] of Object.entries(machines)) {
    const { result, tokens } = await withIssuer((issuer) =>
      getToken("managed", { ...environmentOf(issuer), AZURE_CLIENT_ID: "unknown" }),
    );
    assert.equal(result.name, "CredentialUnavailableError", where);
    assert.match(result.message, errors[where]);
    assert.deepEqual(tokens, []);
  }
});

test("a wrong IDENTITY_HEADER is rejected", async () => {
  const { result, tokens } = await withIssuer((issuer) =>
    getToken("managed", { ...machines["App Service"](issuer), IDENTITY_HEADER: "wrong" }),
  );
  assert.equal(result.name, "CredentialUnavailableError");
  assert.match(result.message, /X-IDENTITY-HEADER/);
  assert.deepEqual(tokens, []);
});
