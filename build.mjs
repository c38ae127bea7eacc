// Writes symopt/page/built/: the page's modules as one minified script for each number of variables, and its style.
// npm run build
import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { build } from "esbuild";
import { minify } from "terser";

// a loss of two variables is drawn by another module
const plane = {
  name: "plane",
  setup: (on) => on.onResolve({ filter: /^\.\/curve\.js$/ }, ({ resolveDir }) => ({ path: `${resolveDir}/contours.js` })),
};

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
  const { code } = await minify(made.outputFiles[0].text, { compress: { passes: 3, inline: 1, unsafe_arrows: true }, mangle: true, ecma: 2020 });
  writeFileSync(`${folder}/${n}.js`, code);
}
