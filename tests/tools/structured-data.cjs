// Holds a page's structured data against what Google asks for, without a
// network: node structured-data.cjs FOLDER-OF-MODULES PAGE.html
const [modules, page] = process.argv.slice(2);
const { createRequire } = require("module");
const { readFileSync } = require("fs");
const load = createRequire(`${modules}/`);
const { structuredDataTestHtml } = load("structured-data-testing-tool");
const { Google } = load("structured-data-testing-tool/presets");

const told = (result) => ({
  schemas: result.schemas,
  passed: result.passed.length,
  failed: result.failed.map((test) => test.test),
  warnings: result.warnings.map((test) => test.test),
});
structuredDataTestHtml(readFileSync(page, "utf8"), { presets: [Google] })
  .then((result) => console.log(JSON.stringify(told(result))))
  .catch((error) => {
    if (!error.res) throw error;
    console.log(JSON.stringify(told(error.res)));
  });
