// Builds the styles, scripts and fonts into src/kondusif/site/dist. Run by ./kondusif.
import { build } from "esbuild";
import { icon } from "./src/kondusif/site/front/icon.mjs";
import { sfnt } from "./src/kondusif/site/front/woff.mjs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";

const front = "src/kondusif/site/front";
const dist = "src/kondusif/site/dist";

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

await build({
  entryPoints: [
    ...["public.css", "office.css", "wall.css", "public.js", "office.js", "wall.js", "map.js"].map((name) => ({ in: `${front}/${name}`, out: name.split(".")[0] })),
    ...["antrean", "worker", "noble"].map((name) => ({ in: `${front}/offline/${name}.js`, out: name })),
  ],
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
for (const [name, size, margin] of [["icon-192", 192, 0], ["icon-512", 512, 0], ["icon-maskable-512", 512, 0.1]])
  await writeFile(`${dist}/${name}.png`, icon(size, { bleed: name.includes("maskable"), margin }));
await copyFile("node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs", `${dist}/maplibre-gl-worker.mjs`);

// The codes and names of Indonesia (ODbL) lie beside the stage that reads them, not among the published files.
const areas = "node_modules/idn-area-data/data";
const gazetteer = "src/kondusif/regions/gazetteer";
await mkdir(gazetteer, { recursive: true });
for (const name of ["provinces", "regencies", "districts", "villages"]) {
  await writeFile(`${gazetteer}/area-${name}.csv`, await readFile(`${areas}/${name}.csv`));
}

// Fonts of the printed pages (OFL), beside the stage that sets them.
const fonts = "src/kondusif/publish/fonts";
await mkdir(fonts, { recursive: true });
for (const face of ["400-normal", "400-italic", "600-normal", "800-normal"]) {
  const woff = await readFile(`node_modules/@fontsource/plus-jakarta-sans/files/plus-jakarta-sans-latin-${face}.woff`);
  await writeFile(`${fonts}/plus-jakarta-sans-${face}.ttf`, sfnt(woff));
}
