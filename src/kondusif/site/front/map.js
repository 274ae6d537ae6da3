// The map page: polygons and points drawn by MapLibre without any tile or glyph server.
// <div id="peta" data-batas="…geojson" data-kejadian="…geojson" data-worker="…mjs" data-map-live="status. incident.">server SVG</div>
// Polygons: properties code, name, level, open, url. Points: id, title, level ("s1"…"s4"), url.
// Where WebGL is missing the server's SVG simply stays.
import { Map as GlMap, Marker, setWorkerUrl } from "maplibre-gl";
import { $, say } from "./common.js";

const place = $("#peta");
const levels = { kondusif: "k", waspada: "w", siaga: "s", awas: "a" };

function hasWebGl() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const byLevel = (ending, other) => ["match", ["get", "level"], ...Object.entries(levels).flatMap(([word, letter]) => [word, colour(letter + ending)]), colour(other)];

async function load(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function walk(coordinates, visit) {
  if (typeof coordinates[0] === "number") visit(coordinates);
  else coordinates.forEach((part) => walk(part, visit));
}
function boundsOf(...collections) {
  const box = [180, 90, -180, -90];
  for (const collection of collections)
    for (const feature of (collection && collection.features) || [])
      if (feature.geometry)
        walk(feature.geometry.coordinates, ([x, y]) => {
          box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
          box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
        });
  return box[0] > box[2] ? [113.8, -2.6, 119.1, 2.6] : box;
}
function middle(feature) {
  if (feature.properties.label) return feature.properties.label;
  // The largest ring's centroid by area: enough for a label.
  const rings = feature.geometry.type === "Polygon" ? [feature.geometry.coordinates[0]] : feature.geometry.coordinates.map((part) => part[0]);
  let best = null;
  for (const ring of rings) {
    let area = 0, x = 0, y = 0;
    for (let i = 0; i + 1 < ring.length; i += 1) {
      const cross = ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
      area += cross; x += (ring[i][0] + ring[i + 1][0]) * cross; y += (ring[i][1] + ring[i + 1][1]) * cross;
    }
    if (area && (!best || Math.abs(area) > best.area)) best = { area: Math.abs(area), at: [x / (3 * area), y / (3 * area)] };
  }
  return best ? best.at : rings[0][0];
}

async function draw() {
  const [areas, points] = await Promise.all([
    place.dataset.batas ? load(place.dataset.batas) : null,
    place.dataset.kejadian ? load(place.dataset.kejadian) : null,
  ]);
  setWorkerUrl(new URL(place.dataset.worker || "/static/dist/maplibre-gl-worker.mjs", location.href).href);
  const holder = document.createElement("div");
  holder.className = "peta-gl";
  place.classList.add("peta", "gl");
  place.append(holder);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new GlMap({
    container: holder,
    style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": colour("surface") } }] },
    bounds: boundsOf(areas, points),
    fitBoundsOptions: { padding: 32 },
    attributionControl: false,
    renderWorldCopies: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: false,
    scrollZoom: false,
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", place.dataset.label || say("Peta. Geser dengan tombol panah, perbesar dengan + dan −. Isi yang sama ada di tabel.", "Map. Move with the arrow keys, zoom with + and −. The table holds the same."));

  const zoom = document.createElement("div");
  zoom.className = "map-z";
  const home = boundsOf(areas, points);
  for (const [sign, words, act] of [
    ["+", say("Perbesar", "Zoom in"), () => map.zoomIn({ animate: !still })],
    ["−", say("Perkecil", "Zoom out"), () => map.zoomOut({ animate: !still })],
    ["⌂", say("Seluruh wilayah", "Whole area"), () => map.fitBounds(home, { padding: 32, animate: !still })],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = sign;
    button.setAttribute("aria-label", words);
    button.addEventListener("click", act);
    zoom.append(button);
  }
  place.append(zoom);

  await new Promise((done) => map.once("load", done));
  if (areas) {
    map.addSource("batas", { type: "geojson", data: areas });
    map.addLayer({ id: "isi", type: "fill", source: "batas", paint: {} });
    map.addLayer({ id: "garis", type: "line", source: "batas", paint: { "line-width": 1.5 } });
    for (const feature of areas.features) {
      if (!feature.geometry) continue;
      const label = document.createElement("div");
      label.className = "plabel";
      label.textContent = feature.properties.name || "";
      new Marker({ element: label }).setLngLat(middle(feature)).addTo(map);
      label.setAttribute("aria-hidden", "true"); // the table beside the map says the same
      label.removeAttribute("tabindex");
    }
    map.on("click", "isi", ({ features }) => {
      const url = features && features[0] && features[0].properties.url;
      if (url) location.assign(url);
    });
    map.on("mouseenter", "isi", () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", "isi", () => { map.getCanvas().style.cursor = ""; });
  }
  const shown = new Map();
  function drawPoints() {
    if (!map.getSource("kejadian") || !map.isSourceLoaded("kejadian")) return;
    const keep = new Set();
    for (const feature of map.querySourceFeatures("kejadian")) {
      const { properties } = feature;
      const key = properties.cluster ? `c${properties.cluster_id}` : `p${properties.id}`;
      keep.add(key);
      if (shown.has(key)) continue;
      const element = document.createElement(properties.cluster ? "button" : "a");
      if (properties.cluster) {
        element.type = "button";
        element.className = "clus";
        element.textContent = properties.point_count;
        element.setAttribute("aria-label", `${properties.point_count} ${say("permasalahan, perbesar", "matters, zoom in")}`);
        const at = feature.geometry.coordinates;
        element.addEventListener("click", async (event) => {
          event.stopPropagation();
          const level = await map.getSource("kejadian").getClusterExpansionZoom(properties.cluster_id);
          map.easeTo({ center: at, zoom: level, animate: !still });
        });
      } else {
        element.className = `pin ${properties.level || ""}`;
        if (properties.url) element.href = properties.url;
        element.textContent = (properties.level || "·").toUpperCase();
        element.title = properties.title || "";
        element.setAttribute("aria-label", `${(properties.level || "").toUpperCase()} ${properties.title || ""}`.trim());
        element.addEventListener("click", (event) => event.stopPropagation());
      }
      const spoken = element.getAttribute("aria-label");
      const marker = new Marker({ element }).setLngLat(feature.geometry.coordinates).addTo(map);
      element.setAttribute("aria-label", spoken); // MapLibre would put "Map marker"
      element.removeAttribute("role");
      shown.set(key, marker);
    }
    for (const [key, marker] of shown) if (!keep.has(key)) { marker.remove(); shown.delete(key); }
  }
  if (points) {
    map.addSource("kejadian", { type: "geojson", data: points, cluster: true, clusterRadius: 40, clusterMaxZoom: 13 });
    map.addLayer({ id: "titik", type: "circle", source: "kejadian", paint: { "circle-radius": 1, "circle-opacity": 0 } });
    map.on("moveend", drawPoints);
    map.on("idle", drawPoints);
  }
  function paint() {
    map.setPaintProperty("paper", "background-color", colour("surface"));
    if (!areas) return;
    map.setPaintProperty("isi", "fill-color", byLevel("-f", "sunk"));
    map.setPaintProperty("garis", "line-color", byLevel("", "edge"));
  }
  paint();
  document.addEventListener("kondusif:theme", paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);

  let timer = 0;
  document.addEventListener("kondusif:line", ({ detail }) => {
    const prefixes = (place.dataset.mapLive || "").split(/\s+/).filter(Boolean);
    if (!prefixes.some((prefix) => String(detail.verb || "").startsWith(prefix))) return;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      try {
        if (areas) map.getSource("batas").setData(await load(place.dataset.batas));
        if (points) map.getSource("kejadian").setData(await load(place.dataset.kejadian));
      } catch { /* keep what is drawn; the live dot says the rest */ }
    }, 500);
  });
  place.dataset.ready = "1";
}

if (place && hasWebGl()) {
  draw().catch(() => {
    place.classList.remove("gl");
    place.querySelectorAll(".peta-gl,.map-z").forEach((part) => part.remove());
  });
}
