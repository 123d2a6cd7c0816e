// Looks at each page in a folder as a reader does: with axe for WCAG 2.1 A and AA, on a narrow screen, and on paper.
//
// Usage: node min_plan_in_browser.cjs CHROMIUM FOLDER. Ends with 1 where a page has anything to put right.

const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const WIDE = 1024;
const NARROW = 320; // WCAG 1.4.10, reflow
const PAPER = 643; // A4 less its margins of 20 mm, at 96 dots an inch
const QUIET = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** What axe finds, or cannot decide, on a screen of this width. */
async function axe(page, width) {
  await page.setViewportSize({ width, height: 768 });
  const run = (tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags } });
  const found = await page.evaluate(run, WCAG);
  const told = ({ id, help, nodes }) => `${width} px: ${id}: ${help}: ${nodes.map((node) => node.target).join(", ")}`;
  const wrong = [...found.violations, ...found.incomplete].map(told);
  return found.passes.length < 10 ? [...wrong, `axe looked at ${found.passes.length} rules alone`] : wrong;
}

/** The tables as a screen reader is told of them: how many, and their headings and cells. */
async function tables(page) {
  const counts = ["table", "row", "columnheader", "rowheader", "cell"].map((role) => page.getByRole(role).count());
  return (await Promise.all(counts)).join(" ");
}

/** What is wrong with a page, a line each. */
async function look(page, file) {
  await page.goto(`file://${file}`);
  await page.evaluate(AXE);
  const wrong = await axe(page, WIDE);
  const wideTables = await tables(page);
  wrong.push(...(await axe(page, NARROW)));
  if ((await tables(page)) !== wideTables) wrong.push(`its tables are others on a screen of ${NARROW} px`);

  const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const narrow = await page.evaluate(sideways);
  if (narrow > 0) wrong.push(`it is ${narrow} px wider than a screen of ${NARROW} px`);
  const sliver = await page.evaluate((least) => {
    const read = [...document.querySelectorAll("p, li, caption, tbody th, td")].filter((one) => one.textContent.trim());
    return Math.min(...read.map((one) => one.getBoundingClientRect().width)) < least;
  }, NARROW / 2);
  if (sliver) wrong.push(`a text stands in less than half of a screen of ${NARROW} px`);
  await page.screenshot({ path: file.replace(/html$/, "narrow.png"), fullPage: true });

  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: PAPER, height: 900 });
  const wide = await page.evaluate(sideways);
  if (wide > 0) wrong.push(`it is ${wide} px wider than the paper`);
  await page.pdf({ path: file.replace(/html$/, "pdf"), preferCSSPageSize: true, tagged: true });
  await page.emulateMedia({ media: null });
  return wrong;
}

async function main([executablePath, folder]) {
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(".html")).sort();
  if (files.length === 0) throw new Error(`there is no page in ${folder}`);
  const browser = await chromium.launch({ executablePath, args: QUIET });
  let problems = 0;
  try {
    const page = await browser.newPage();
    for (const name of files) {
      const wrong = await look(page, path.resolve(folder, name));
      console.log(`${name}: ${wrong.length === 0 ? "nothing to put right" : ""}`);
      for (const line of wrong) console.log(`  ${line}`);
      problems += wrong.length;
    }
  } finally {
    await browser.close();
  }
  process.exitCode = problems === 0 ? 0 : 1;
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
