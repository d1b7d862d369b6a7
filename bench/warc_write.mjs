// The peer: npm's warcio writes the responses and requests of a segment REPEAT times, a gzip member and both digests a
// record, and reads what it wrote. Usage: node warc_write.mjs NODE_MODULES SEGMENT REPEAT OUT
import { createReadStream, createWriteStream } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, segment, repeat, out] = process.argv.slice(2);
const { WARCParser, WARCRecord, WARCSerializer } = await import(pathToFileURL(join(modules, "warcio/dist/index.js")));
const pages = [];
for await (const record of new WARCParser(createReadStream(segment), { keepHeadersCase: true })) {
  const payload = await record.readFully(false);
  if (record.warcType !== "response" && record.warcType !== "request") continue;
  pages.push({
    type: record.warcType, url: record.warcTargetURI, date: record.warcDate, payload,
    statusline: record.httpHeaders.statusline, httpHeaders: Object.fromEntries(record.httpHeaders.headers.entries()),
  });
}
const stream = createWriteStream(out);
let bytes = 0, written = 0;
let begin = performance.now();
for (let i = 0; i < Number(repeat); ++i)
  for (const page of pages) {
    async function* content() { yield page.payload; }
    const record = await WARCRecord.create({ ...page, warcVersion: "WARC/1.1", keepHeadersCase: true }, content());
    const packed = await WARCSerializer.serialize(record, { gzip: true });
    if (page.type === "response") bytes += page.payload.length;
    ++written;
    if (!stream.write(packed)) await once(stream, "drain");
  }
stream.end();
await once(stream, "close");
let took = (performance.now() - begin) / 1000;
console.log(`append: ${written} records, ${took.toFixed(2)} s: ${(written / took).toFixed(0)} records/s, ${(bytes / took / 1e6).toFixed(1)} MB/s`);
begin = performance.now();
let read = 0, seen = 0;
for await (const record of new WARCParser(createReadStream(out), { keepHeadersCase: true })) {
  read += (await record.readFully(false)).length;
  ++seen;
}
took = (performance.now() - begin) / 1000;
console.log(`read: ${seen} records, ${took.toFixed(2)} s: ${(seen / took).toFixed(0)} records/s, ${(read / took / 1e6).toFixed(1)} MB/s`);
