// Writes symopt/page/built/: the page's modules as one minified script for each number of variables, and its style.
// And what only some pages have, each function on a line of its own: symopt/page/bundle.py picks what is used.
// npm run build
import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { build, transform } from "esbuild";
import { minify } from "terser";

// The number of variables is a constant of a bundle, so that what is for another is left out of it, and so are lines
// that are marked with another; a loss of two is drawn by another module.
const COUNT = /\b(loss\.n|(app\.)?data\.names\.length|variables\.length)\b/g;
const chosen = (text, n) => text.replace(new RegExp(`.* // n = ${3 - n}$`, "gm"), "");
const PIECES = ["story", "methods", "sums", "fit", "host", "surface", "rule", "written"];
const variables = (n) => ({
  name: "variables",
  setup(on) {
    if (n === 2)
      on.onResolve({ filter: /^\.\/curve\.js$/ }, ({ resolveDir }) => ({ path: `${resolveDir}/contours.js` }));
    on.onLoad({ filter: /\.js$/ }, ({ path }) => ({ contents: chosen(readFileSync(path, "utf8").replace(COUNT, n), n) }));
  },
});

const short = async (text) =>
  (await minify(text, { compress: { passes: 3, inline: 1, reduce_funcs: false, lhs_constants: false, keep_fargs: true, unsafe: true, unsafe_arrows: true, pure_getters: true }, mangle: true, ecma: 2020 })).code;

const folder = argv[2] ?? "symopt/page/built";
const styles = readFileSync("symopt/page/style.css", "utf8").split("\n");
const marked = (line) => /\/\* (.*) \*\/$/.exec(line)?.[1];
const style = async (name, kept) => {
  const { code } = await transform(styles.filter(kept).join("\n"), { loader: "css", minify: true, charset: "utf8" });
  writeFileSync(`${folder}/${name}.css`, code.replace(/(--\w+): /g, "$1:"));
};
for (const name of ["story", "fit", "surface"]) await style(name, (line) => marked(line) === name);
for (const n of [1, 2]) {
  await style(n, (line) => [undefined, `n = ${n}`].includes(marked(line)));
  const made = await build({
    entryPoints: ["symopt/page/main.js"],
    write: false,
    bundle: true,
    charset: "utf8",
    format: "iife",
    target: "es2022",
    legalComments: "none", minifySyntax: true,
    logLevel: "warning",
    plugins: [variables(n)],
  });
  writeFileSync(`${folder}/${n}.js`, await short(made.outputFiles[0].text));
}
// pieces that a page may do without, a function a line; for one variable those that have lines for two
const known = new Set();
for (const [name, left] of [
  ["pieces", (text) => text],
  ["pieces1", (text) => chosen(text, 1)],
]) {
  const texts = PIECES.map((piece) => left(readFileSync(`symopt/page/${piece}.js`, "utf8")));
  const parts = texts.flatMap((text) => text.replace(/^\/\/.*\n|^export /gm, "").split(/^(?=function |const )/m));
  const lines = await Promise.all(parts.map((each) => each.trim() && short(each)));
  writeFileSync(`${folder}/${name}.js`, lines.filter((line) => line && !known.has(line)).join("\n"));
  for (const line of lines) known.add(line);
}
