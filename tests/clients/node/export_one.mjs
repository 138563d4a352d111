// Exports a conversation project and prints it. The environment says which certificates to trust.
//
//   node export_one.mjs ENDPOINT PROJECT

import { exportProject, fetchBytes, makeClient, talks } from "./service.mjs";

const [endpoint, project] = process.argv.slice(2);
const client = makeClient({ endpoint });
process.stdout.write(await fetchBytes(client, await exportProject(client, talks, project)));
