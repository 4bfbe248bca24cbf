// The contract, read from its .proto files, and the credentials of a connection.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const contract = protoLoader.loadSync("vgg16/v1/feature_service.proto", {
  // third_party has google.rpc, which the contract imports.
  includeDirs: ["src/main/proto", "third_party"].map((folder) =>
    fileURLToPath(new URL(`../../proto/${folder}`, import.meta.url)),
  ),
});

export const { FeatureService } = grpc.loadPackageDefinition(contract).vgg16.v1;

// Without a file of roots there is no TLS, and a token is not sent.
export async function credentials(caFile, tokenFile) {
  if (!caFile) {
    if (tokenFile) {
      throw new Error("--token-file needs --tls-ca");
    }
    return grpc.credentials.createInsecure();
  }
  const tls = grpc.credentials.createSsl(await readFile(caFile));
  return tokenFile ? grpc.credentials.combineChannelCredentials(tls, await bearer(tokenFile)) : tls;
}

async function bearer(tokenFile) {
  const metadata = new grpc.Metadata();
  metadata.set("authorization", `Bearer ${(await readFile(tokenFile, "utf8")).trim()}`);
  return grpc.credentials.createFromMetadataGenerator((_, callback) => callback(null, metadata));
}
