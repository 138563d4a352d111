// node get_token.mjs KIND SCOPE: a token from a credential of @azure/identity. Its settings are in the environment,
// as everywhere. Prints a line of JSON: the token, or the name and the message of the error.

import {
  ClientSecretCredential, ManagedIdentityCredential, WorkloadIdentityCredential,
} from "@azure/identity";

const {
  AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: clientSecret,
} = process.env;
// Instance discovery asks login.microsoftonline.com whether it knows the authority.
const options = { disableInstanceDiscovery: true, retryOptions: { maxRetries: 0 } };

const credentials = {
  secret: () => new ClientSecretCredential(tenantId, clientId, clientSecret, options),
  workload: () => new WorkloadIdentityCredential(options),
  managed: () => new ManagedIdentityCredential({ ...(clientId && { clientId }), ...options }),
};

async function getTwice(kind, scope) {
  try {
    const credential = credentials[kind]();
    const { token, tokenType } = await credential.getToken(scope);
    const { token: second } = await credential.getToken(scope);
    return { token, tokenType, second };
  } catch ({ name, message }) {
    return { name, message };
  }
}

console.log(JSON.stringify(await getTwice(...process.argv.slice(2))));
