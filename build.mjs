// Builds the styles, scripts and fonts into src/kondusif/site/dist. Run by ./kondusif.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";

const front = "src/kondusif/site/front";
const dist = "src/kondusif/site/dist";

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

await build({
  entryPoints: [`${front}/public.css`, `${front}/office.css`, `${front}/public.js`, `${front}/office.js`, `${front}/map.js`],
  outdir: dist,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2020", "chrome90", "firefox90", "safari15"],
  loader: { ".woff2": "copy" },
  assetNames: "[name]",
  logLevel: "warning",
});
await copyFile(`${front}/icon.svg`, `${dist}/icon.svg`);
await copyFile("node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs", `${dist}/maplibre-gl-worker.mjs`);

// The codes and names of Indonesia (ODbL) lie beside the stage that reads them, not among the published files.
const areas = "node_modules/idn-area-data/data";
const gazetteer = "src/kondusif/regions/gazetteer";
await mkdir(gazetteer, { recursive: true });
for (const name of ["provinces", "regencies", "districts", "villages"]) {
  await writeFile(`${gazetteer}/area-${name}.csv`, await readFile(`${areas}/${name}.csv`));
}
