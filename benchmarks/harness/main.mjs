// Measures everything, or the named parts, and writes the report:
//
//   node main.mjs [--quick] [--to FOLDER] [requests|exports|waiting|quota|downloads|files|tls|compile|micro]...
//   node main.mjs --replot [--to FOLDER]      measures nothing: draws the plots of an earlier report again

import { join, resolve } from "node:path";

import { benchmarks, makeWorkFolder, startNginx } from "./tools.mjs";
import { drawAgain, printGoals, write } from "./report.mjs";
import { requests } from "./parts/requests.mjs";
import { exports_ } from "./parts/exports.mjs";
import { waiting } from "./parts/waiting.mjs";
import { quota } from "./parts/quota.mjs";
import { downloads } from "./parts/downloads.mjs";
import { files } from "./parts/files.mjs";
import { tls } from "./parts/tls.mjs";
import { compile_ } from "./parts/compile.mjs";
import { micro } from "./parts/micro.mjs";

const all = { requests, exports: exports_, waiting, quota, downloads, files, tls, compile: compile_, micro };

function readArguments(words) {
  const options = { quick: false, replot: false, folder: join(benchmarks, "results"), names: [] };
  while (words.length > 0) {
    const word = words.shift();
    if (word === "--quick") options.quick = true;
    else if (word === "--replot") options.replot = true;
    else if (word === "--to") options.folder = resolve(words.shift());
    else if (word in all) options.names.push(word);
    else throw new Error(`'${word}' is none of --quick, --replot, --to FOLDER, ${Object.keys(all).join(", ")}`);
  }
  if (options.names.length === 0) options.names = Object.keys(all);
  return options;
}

const options = readArguments(process.argv.slice(2));
if (options.replot) {
  drawAgain(options.folder);
  process.exit(0);
}
const begun = Date.now();
const minutes = () => ((Date.now() - begun) / 60_000).toFixed(1);
makeWorkFolder();
const nginx = await startNginx();
const parts = [];
try {
  for (const name of options.names) {
    console.log(`== ${minutes()} min: ${name}`);
    try {
      parts.push(await all[name]({ quick: options.quick, nginx }));
    } catch (error) {
      console.error(error);
      parts.push({ title: name, failed: String(error.message ?? error), goals: [] });
    }
  }
} finally {
  nginx.stop();
}
write(parts, { quick: options.quick, minutes: minutes(), folder: options.folder });
console.log(`\n== ${minutes()} min: ${join(options.folder, "results.md")}\n`);
printGoals(parts);
process.exit(parts.some((part) => part.failed) ? 1 : 0);
