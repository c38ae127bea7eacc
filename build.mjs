// Writes symopt/page/built/: the page's modules as one minified script for each number of variables, and its style.
// And what only some pages have, each function on a line of its own: symopt/page/bundle.py picks what is used.
// npm run build
import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { build } from "esbuild";
import { minify } from "terser";

// a loss of two variables is drawn by another module
const plane = {
  name: "plane",
  setup: (on) => on.onResolve({ filter: /^\.\/curve\.js$/ }, ({ resolveDir }) => ({ path: `${resolveDir}/contours.js` })),
};

const short = async (text) =>
  (await minify(text, { compress: { passes: 3, inline: 1, unsafe_arrows: true }, mangle: true, ecma: 2020 })).code;

const folder = argv[2] ?? "symopt/page/built";
await build({ entryPoints: ["symopt/page/style.css"], outfile: `${folder}/style.css`, minify: true, charset: "utf8" });
for (const [n, plugins] of [
  [1, []],
  [2, [plane]],
]) {
  const made = await build({
    entryPoints: ["symopt/page/main.js"],
    write: false,
    bundle: true,
    charset: "utf8",
    format: "iife",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
    plugins,
  });
  writeFileSync(`${folder}/${n}.js`, await short(made.outputFiles[0].text));
}
for (const name of ["story"]) {
  const text = readFileSync(`symopt/page/${name}.js`, "utf8").replace(/^\/\/.*\n|^export /gm, "");
  const lines = await Promise.all(text.split(/^(?=function |const )/m).map((each) => each.trim() && short(each)));
  writeFileSync(`${folder}/${name}.js`, lines.filter(Boolean).join("\n"));
}
