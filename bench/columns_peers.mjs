// The peers of columns.py from npm. Usage: node columns_peers.mjs PEER NODE_MODULES DIR DAY FROM1 FROM3 FROM5 TIMES
// PEER: duckdb (as linked: links join patents), duckdb-flat (the filing day copied into the links beforehand), polars.
// Tables are read from DIR/*.csv into memory first, which is not timed. Writes DIR/PEER.csv, prints version and seconds.
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const [peer, modules, dir, day, one, three, five, times] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const heading = "county,place,firm,score,one,three,five\n";
const kBest = 100;

// Seconds, and those of the processor on all threads.
const seconds = [], processor = [];
async function timed(work) {
  for (let i = 0; i < Number(times); ++i) {
    const cpu = process.cpuUsage(), begin = performance.now();
    const rows = await work();
    seconds.push((performance.now() - begin) / 1000);
    const used = process.cpuUsage(cpu);
    processor.push((used.user + used.system) / 1e6);
    if (i + 1 === Number(times)) return rows;
  }
}

async function duckdb(flat) {
  const lib = require("@duckdb/node-api");
  const db = await (await lib.DuckDBInstance.create(":memory:", { threads: process.env.THREADS ?? "2" })).connect();
  for (const table of ["firms", "links", "patents"])
    await db.run(`CREATE TABLE ${table} AS SELECT * FROM read_csv('${join(dir, table + ".csv")}', header = true)`);
  if (flat)
    await db.run("CREATE TABLE flat AS SELECT firm, filed, public, position FROM links JOIN patents USING (patent) ORDER BY firm");
  const from = flat ? "flat" : "links JOIN patents USING (patent)";
  const text = `
    WITH w AS (SELECT firm, count(*) FILTER (filed >= ${one}) AS one, count(*) FILTER (filed >= ${three}) AS three, count(*) AS five
               FROM ${from} WHERE position > 0 AND filed BETWEEN ${five} AND ${day} AND public <= ${day} GROUP BY firm),
         s AS (SELECT county, firm, 4 * one + 2 * three + five AS score, one, three, five FROM w JOIN firms USING (firm))
    SELECT county, row_number() OVER (PARTITION BY county ORDER BY score DESC, firm) AS place, firm, score, one, three, five
    FROM s QUALIFY place <= ${kBest} ORDER BY county, place`;
  const rows = await timed(async () => (await db.runAndReadAll(text)).getRows());
  const version = (await db.runAndReadAll("SELECT version()")).getRows()[0][0];
  return { version, csv: heading + rows.map((r) => r.join(",")).join("\n") + "\n" };
}

// Lazy frames over tables in memory, so that polars may order the work as it likes.
async function polars() {
  const pl = require("nodejs-polars");
  const [firms, links, patents] = ["firms", "links", "patents"].map((name) => pl.readCSV(join(dir, name + ".csv")));
  const filed = pl.col("filed");
  const counted = (from, name) => filed.gtEq(Number(from)).cast(pl.Int64).sum().alias(name);
  const plan = () =>
    links.lazy().filter(pl.col("position").gt(0)).join(patents.lazy(), { on: "patent" })
      .filter(filed.gtEq(Number(five)).and(filed.ltEq(Number(day))).and(pl.col("public").ltEq(Number(day))))
      .groupBy("firm").agg(counted(one, "one"), counted(three, "three"), counted(five, "five"))
      .join(firms.lazy(), { on: "firm" })
      .withColumn(pl.col("one").mul(4).plus(pl.col("three").mul(2)).plus(pl.col("five")).alias("score"))
      .sort(["county", "score", "firm"], [false, true, false])
      .groupBy("county", true).head(kBest)
      .withColumn(pl.col("firm").cumCount().over("county").alias("place"))
      .select("county", "place", "firm", "score", "one", "three", "five");
  const rows = await timed(() => plan().collectSync());
  const version = require("nodejs-polars/package.json").version;
  return { version: `nodejs-polars ${version}`, csv: heading + rows.rows().map((r) => r.join(",")).join("\n") + "\n" };
}

const done = peer === "polars" ? await polars() : await duckdb(peer === "duckdb-flat");
writeFileSync(join(dir, peer + ".csv"), done.csv);
console.log(JSON.stringify({ version: done.version, seconds, processor, peak_mb: process.resourceUsage().maxRSS / 1024 }));
