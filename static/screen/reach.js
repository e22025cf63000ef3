// A small map of where one place's ties lead (pages/shared/parts/reach_map.py), as SVG from the app's own boundaries.

const NS = "http://www.w3.org/2000/svg";
const SCALE = 24; // pixels a degree of longitude
const WEST = 126.8, EAST = 146.2, SOUTH = 30.1, NORTH = 45.75;
const mercator = (lat) => (Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * 180) / Math.PI;
const WIDE = (EAST - WEST) * SCALE, HIGH = (mercator(NORTH) - mercator(SOUTH)) * SCALE;

// What lies too far off is moved, at the same scale, into a frame, as on the large map (static/shared.json).
let frames = [];

function point(lon, lat) {
  const frame = frames.find((f) => lon > f.west && lon < f.east && lat > f.south && lat < f.north);
  return frame ? moved(frame, lon, lat) : placed(lon, mercator(lat));
}

function moved({ west, south, screen }, lon, lat) {
  return placed(lon - west + screen[0], mercator(lat) - mercator(south) + mercator(screen[1]));
}

function placed(x, y) {
  return [(x - WEST) * SCALE, (mercator(NORTH) - y) * SCALE];
}

function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const LOST = "地図を描けませんでした。同じ内容は、そばの表で確かめられます。";

const files = {};
const file = (path) =>
  (files[path] ??= fetch(new URL(`../${path}`, import.meta.url)).then((answer) => {
    if (!answer.ok) delete files[path];
    return answer.json();
  }));

// Arcs of a TopoJSON as rings of points; islands too small to be seen and corners too close to be told apart go.
function outline(geometry, arcs) {
  const polygons = geometry.type === "Polygon" ? [geometry.arcs] : geometry.arcs;
  const rings = polygons.map(([outer]) =>
    outer.flatMap((index) => (index < 0 ? arcs[~index].toReversed() : arcs[index]))
  );
  const drawn = rings.map((ring) => {
    const kept = [];
    for (const [lon, lat] of ring) {
      const [x, y] = point(lon, lat);
      const last = kept.at(-1);
      if (!last || Math.hypot(x - last[0], y - last[1]) > 0.5) kept.push([x, y]);
    }
    return kept;
  });
  const largest = drawn.toSorted((a, b) => b.length - a.length)[0];
  return drawn
    .filter((ring) => ring.length > 3 || ring === largest)
    .map((ring) => `M${ring.map((at) => at.map((n) => n.toFixed(1)).join(" ")).join("L")}Z`)
    .join("");
}

// The land and the frames, and who is credited for them.
async function ground(folder) {
  const [topology, shared] = await Promise.all([file(`${folder}/prefectures.json`), file("shared.json")]);
  frames = shared.frames;
  const [sx, sy] = topology.transform.scale, [tx, ty] = topology.transform.translate;
  const arcs = topology.arcs.map((arc) => {
    let x = 0, y = 0;
    return arc.map(([dx, dy]) => {
      x += dx;
      y += dy;
      return [x * sx + tx, y * sy + ty];
    });
  });
  const land = svg("g", { class: "land" });
  for (const geometry of topology.objects.prefectures.geometries)
    land.append(svg("path", { d: outline(geometry, arcs), "data-code": geometry.properties.code.slice(0, 2) }));
  const boxes = frames.map((f) => {
    const [x, y] = moved(f, f.west, f.north), [right, bottom] = moved(f, f.east, f.south);
    const box = svg("rect", { x, y, width: right - x, height: bottom - y, class: "frame" });
    return svg("g", {}, box, svg("text", { x: x + 6, y: y + 15, class: "place" }, f.name));
  });
  const hatch = svg("pattern", { id: "k-reach-none", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("rect", { width: 5, height: 5, class: "none" }), svg("line", { y2: 5, class: "hatch" }));
  const drawn = svg("svg", { viewBox: `0 0 ${WIDE.toFixed(0)} ${HIGH.toFixed(0)}`, role: "img" }, svg("defs", {}, hatch), land, ...boxes, svg("g", { class: "ties" }));
  const credit = document.createElement("p");
  credit.className = "k-credit";
  credit.textContent = topology.credit;
  return [drawn, credit];
}

// Names beside their points, the strongest first, none over another.
function name(layer, taken, [x, y], words, strong) {
  const wide = words.length * (strong ? 14 : 12.5) + 6, high = 16;
  const sides = [[8, 4, "start"], [-8, 4, "end"], [0, -9, "middle"], [0, 19, "middle"]];
  for (const [dx, dy, anchor] of sides) {
    const left = x + dx - (anchor === "end" ? wide : anchor === "middle" ? wide / 2 : 0);
    const box = [left, y + dy - 12, left + wide, y + dy - 12 + high];
    if (box[0] < 0 || box[2] > WIDE || box[1] < 0 || box[3] > HIGH) continue;
    if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
    taken.push(box);
    layer.append(svg("text", { x: x + dx, y: y + dy, "text-anchor": anchor, class: strong ? "focus" : "" }, words));
    return;
  }
}

export default async function (component) {
  const box = component.parentElement.querySelector(".k-reach");
  try {
    await draw(box, component);
  } catch (error) {
    console.warn(error);
    box.folder = null; // the next view tries again
    box.replaceChildren(Object.assign(document.createElement("p"), { className: "k-sub", textContent: LOST }));
  }
}

async function draw(box, { data, setTriggerValue }) {
  box.turn = (box.turn ?? 0) + 1;
  const turn = box.turn;
  if (box.folder !== data.polygons) {
    box.folder = data.polygons;
    box.ground = ground(data.polygons);
  }
  const [[drawn, credit], listed] = await Promise.all([box.ground, file("boundaries/places.json")]);
  if (turn !== box.turn) return; // a later view has overtaken this one
  const places = new Map(listed.map(([code, words, lat, lon]) => [code, { words, at: point(lon, lat) }]));
  const focus = places.get(data.focus);
  const reached = new Set([data.focus, ...data.flows.map(([code]) => code)].map((code) => code.slice(0, 2)));
  for (const path of drawn.querySelectorAll(".land path")) path.classList.toggle("reached", reached.has(path.dataset.code));

  const layer = svg("g", { class: "ties" });
  const known = data.flows.filter(([code]) => places.has(code));
  layer.style.setProperty("--faint", Math.max(0.16, Math.min(0.6, 24 / known.length)));
  for (const [code, n] of known) {
    const [x, y] = places.get(code).at, [fx, fy] = focus.at;
    const bend = 0.16 * Math.sign(x - fx || 1);
    const cx = (x + fx) / 2 + (y - fy) * bend, cy = (y + fy) / 2 - (x - fx) * bend;
    layer.append(svg("path", { d: `M${fx} ${fy}Q${cx} ${cy} ${x} ${y}`, "stroke-width": 0.8 + Math.sqrt(n) * 0.45 }));
  }
  for (const [code, n, km] of known.toReversed()) {
    const { words, at } = places.get(code);
    const prefecture = code.endsWith("000") ? "" : places.get(`${code.slice(0, 2)}000`)?.words ?? "";
    const dot = svg("circle", { cx: at[0], cy: at[1], r: 1.4 + Math.sqrt(n) * 0.8, "data-code": code });
    dot.append(svg("title", {}, `${prefecture}${words}　${n} 事業・${km.toLocaleString("ja-JP")} km`));
    layer.append(dot);
  }
  layer.append(svg("circle", { cx: focus.at[0], cy: focus.at[1], r: 6, class: "focus" }));
  const taken = [];
  name(layer, taken, focus.at, focus.words, true);
  for (const [code, n] of known.slice(0, data.labels)) name(layer, taken, places.get(code).at, `${places.get(code).words} ${n}`, false);
  drawn.querySelector(".ties").replaceWith(layer);
  drawn.setAttribute("aria-label", data.name);
  drawn.classList.toggle("choose", data.choose);
  drawn.classList.toggle("plain", !data.gaps);
  drawn.onclick = (event) => {
    const code = event.target.dataset?.code;
    if (data.choose && event.target.tagName === "circle" && code) setTriggerValue("place", code);
  };
  if (box.firstChild !== drawn) box.replaceChildren(drawn, credit);
}
