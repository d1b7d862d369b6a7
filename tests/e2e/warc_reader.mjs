// What npm's warcio makes of WARC files: a JSON line a record, with digests of block and payload taken anew.
// Usage: node warc_reader.mjs NODE_MODULES FILE...
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, ...files] = process.argv.slice(2);
const { CDXIndexer, WARCParser } = await import(pathToFileURL(join(modules, "warcio/dist/index.js")));
const digest = (bytes) => "sha256:" + createHash("sha256").update(bytes).digest("hex");
const tell = (what) => process.stdout.write(JSON.stringify(what) + "\n");

for (const file of files) {
  const blocks = [];
  for await (const record of new WARCParser(createReadStream(file), { parseHttp: false, keepHeadersCase: true }))
    blocks.push(digest(await record.readFully(false)));
  let number = 0;
  const parser = new WARCParser(createReadStream(file), { keepHeadersCase: true });
  for await (const record of parser) {
    const payload = await record.readFully(false);
    const header = (name) => record.warcHeader(name) ?? null;
    tell({
      file: basename(file), type: record.warcType, id: header("WARC-Record-ID"), url: record.warcTargetURI ?? null,
      date: record.warcDate, version: record.warcHeaders.statusline, status: record.httpHeaders?.statusline ?? null,
      claimed_block: header("WARC-Block-Digest"), block: blocks[number++],
      claimed_payload: header("WARC-Payload-Digest"), payload: digest(payload), payload_bytes: payload.length,
      concurrent_to: header("WARC-Concurrent-To"), profile: header("WARC-Profile"), refers_to: header("WARC-Refers-To"),
      refers_to_url: header("WARC-Refers-To-Target-URI"), refers_to_date: header("WARC-Refers-To-Date"),
    });
  }
  const indexer = new CDXIndexer({ format: "cdxj", noSurt: false }, null);
  for await (const entry of indexer.iterIndex([{ filename: basename(file), reader: createReadStream(file) }]))
    tell({ index: entry });
}
