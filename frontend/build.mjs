// Makes the page that stands in the Python package: node build.mjs
import { copyFileSync } from "node:fs";
import { build } from "esbuild";

const target = "../src/paravent/web/review/static";
await build({
  entryPoints: { app: "src/main.tsx" },
  bundle: true,
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  banner: { js: "/* Made from frontend/ by `make page`. Holds Preact (MIT licence, Jason Miller). */" },
  outdir: target,
  target: ["es2022", "safari16.4"],
  logLevel: "warning",
});
await build({ entryPoints: ["src/app.css"], bundle: true, minify: true, outdir: target, logLevel: "warning" });
for (const name of ["index.html", "icon.svg"]) copyFileSync(`src/${name}`, `${target}/${name}`);
