// Prints the best class of each image file:
//
//   node classify.js [--unary] [--tls-ca FILE] [--token-file FILE] HOST:PORT FILE...
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { parseArgs, promisify } from "node:util";
import grpc from "@grpc/grpc-js";

import { FeatureService, credentials } from "./service.js";

try {
  await main();
} catch (error) {
  fail("classify.js", error.message);
}

async function main() {
  const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      unary: { type: "boolean" }, // a call for each file, in place of one stream
      "tls-ca": { type: "string" }, // PEM, the root of the service's certificate; without it no TLS
      "token-file": { type: "string" }, // contains the token to send; needs --tls-ca
    },
  });
  const [target, ...files] = positionals;
  if (files.length === 0) {
    throw new Error("usage: node classify.js [--unary] [--tls-ca FILE] [--token-file FILE] HOST:PORT FILE...");
  }
  const client = new FeatureService(target, await credentials(options["tls-ca"], options["token-file"]));
  try {
    await (options.unary ? classifyUnary : classifyStream)(client, files);
  } finally {
    client.close();
  }
}

async function classifyUnary(client, files) {
  const classify = promisify(client.classify).bind(client);
  for (const file of files) {
    try {
      const response = await classify(newRequest(await readFile(file)), { deadline: Date.now() + 30_000 });
      printBest(file, response);
    } catch (error) {
      fail(file, error.message);
    }
  }
}

// Answers come in any order, each with the id of its request; an item that fails leaves the stream open.
// When the stream itself fails, what has no answer yet can be sent on another one.
async function classifyStream(client, files) {
  const stream = client.classifyStream();
  Readable.from(items(files), { highWaterMark: 1 }).pipe(stream);
  for await (const { id, response, error } of stream) {
    if (error) {
      fail(id, `${error.code} ${grpc.status[error.code]}: ${error.message}`);
    } else {
      printBest(id, response);
    }
  }
}

// Each file is read when flow control lets those before it go.
async function* items(files) {
  for (const file of files) {
    try {
      yield { id: file, request: newRequest(await readFile(file)) };
    } catch (error) {
      fail(file, error.message);
    }
  }
}

function newRequest(encoded) {
  return { image: { encoded }, topK: 1 };
}

function printBest(file, response) {
  const best = response.heads[0].scores[0];
  console.log(`${file}: ${best.label} ${best.score.toFixed(3)}`);
}

function fail(name, message) {
  console.error(`${name}: ${message}`);
  process.exitCode = 1;
}
