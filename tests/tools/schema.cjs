// Holds each line of standard input, which is JSON, against a JSON Schema
// (2020-12) with Ajv in its strict mode, and answers with a list: null for a
// line that fits, and for any other where it does not, and why.
const fs = require("fs");
const path = require("path");

const [modules, schema] = process.argv.slice(2);
const Ajv = require(path.join(modules, "ajv", "dist", "2020")).default;
const formats = require(path.join(modules, "ajv-formats")).default;

const ajv = new Ajv({ strict: true, allErrors: true });
formats(ajv);
const fits = ajv.compile(JSON.parse(fs.readFileSync(schema, "utf8")));
const lines = fs.readFileSync(0, "utf8").split("\n").filter((line) => line !== "");
const faults = lines.map((line) => {
  if (fits(JSON.parse(line))) return null;
  const told = fits.errors.map((fault) => `${fault.instancePath} ${fault.message}`);
  return told.slice(0, 20).join("; ");
});
fs.writeSync(1, JSON.stringify(faults));
