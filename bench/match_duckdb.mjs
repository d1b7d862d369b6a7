// The peer: DuckDB from npm. Equal names are joined; the rest is compared by Jaro-Winkler with all names that begin with
// the same three characters. Usage: node match_duckdb.mjs NODE_MODULES FOLDER; reads FOLDER/names.csv and
// FOLDER/against.csv, writes FOLDER/duckdb.csv (name, firm, score) and prints the version and seconds.
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, folder] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const duckdb = require("@duckdb/node-api");
const db = await (await duckdb.DuckDBInstance.create(":memory:", { threads: "2" })).connect();
const clean = "replace(translate(nfc_normalize(name), '（）', '()'), ' ', '')";
const read = (file) => `(SELECT id, ${clean} AS name FROM read_csv('${join(folder, file)}', header = true,
  columns = {${file === "names.csv" ? "'id': 'INTEGER', 'name': 'VARCHAR', 'truth': 'VARCHAR'" : "'id': 'INTEGER', 'name': 'VARCHAR'"}}))`;

const begin = performance.now();
await db.run(`CREATE TABLE firms AS SELECT id, name, left(name, 3) AS front FROM ${read("against.csv")}`);
await db.run(`CREATE TABLE asked AS SELECT id, name, left(name, 3) AS front FROM ${read("names.csv")}`);
await db.run("CREATE TABLE same AS SELECT a.id AS asked, f.id AS firm, 1.0 AS score FROM asked a JOIN firms f USING (name)");
await db.run(`CREATE TABLE near AS
  SELECT a.id AS asked, arg_max(f.id, jaro_winkler_similarity(a.name, f.name)) AS firm,
         max(jaro_winkler_similarity(a.name, f.name)) AS score
  FROM (SELECT * FROM asked WHERE id NOT IN (SELECT asked FROM same)) a JOIN firms f USING (front) GROUP BY a.id`);
await db.run(`COPY (SELECT * FROM same UNION ALL SELECT * FROM near) TO '${join(folder, "duckdb.csv")}' (header)`);
const seconds = (performance.now() - begin) / 1000;
const version = (await db.runAndReadAll("SELECT version()")).getRows()[0][0];
console.log(JSON.stringify({ version, seconds }));
