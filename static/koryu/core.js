/* Shared by the map scripts: where places lie on the map, how values are written, colours, page elements.
   Data reaches the page only as text (textContent, fillText), never as HTML. */
(function () {
  "use strict";
  const koryu = {};
  window.koryu = koryu;

  // Files lie beside this script, whatever path the app is served under. A page that is a file itself may
  // fetch nothing: it brings them along in koryuFiles, by the same paths.
  const here = document.currentScript.src;

  koryu.fetchJson = async function (path) {
    const carried = window.koryuFiles && window.koryuFiles[path];
    if (carried) return carried;
    const response = await fetch(new URL(path, new URL("..", here)));
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  };

  koryu.element = function (tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  /** Rows as they are sent (see Rows in geo/draw/web/folium_map.py): JSON, deflated, in base 64. */
  koryu.inflate = function (sent) {
    const bytes = Uint8Array.from(atob(sent), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).json();
  };

  /** A colour of screen/tokens.css as style sheets and shapes take it: it changes by itself with the look. */
  koryu.token = (name) => (/^[a-z0-9-]+$/.test(name) ? `var(--k-${name})` : "none");

  // What is drawn on a canvas needs the colour that a token stands for just now.
  const probe = document.documentElement.appendChild(koryu.element("i"));
  probe.hidden = true;
  probe.style.setProperty("forced-color-adjust", "none"); // as the map (flowmap.css)
  const colours = new Map();
  koryu.colour = function (name) {
    if (!colours.has(name)) {
      probe.style.color = koryu.token(name);
      colours.set(name, getComputedStyle(probe).color);
    }
    return colours.get(name);
  };

  /** Kept as soon as the style sheets are there: until then no token stands for a colour. */
  koryu.styled = () =>
    Promise.all(
      [...document.querySelectorAll("link[rel=stylesheet]")].map(
        (link) => link.sheet || new Promise((done) => ["load", "error"].forEach((end) => { link.addEventListener(end, done); }))
      )
    );

  // Light or dark: on a screen as Streamlit's own theme is (it sends a message when that changes), on a page
  // that stands alone as the PC is set.
  const app = window.frameElement && window.frameElement.closest(".stApp");
  const darkScreen = matchMedia("(prefers-color-scheme: dark)");
  koryu.look = new EventTarget();
  function follow() {
    const dark = app ? getComputedStyle(app).colorScheme === "dark" : darkScreen.matches;
    const look = dark ? "dark" : "light";
    const { dataset } = document.documentElement;
    if (dataset.look === look) return;
    dataset.look = look;
    colours.clear();
    koryu.look.dispatchEvent(new Event("change"));
  }
  follow();
  addEventListener("message", follow);
  darkScreen.addEventListener("change", follow);

  // What Python knows too: static/shared.json, once koryu.loadShared has brought it.
  let shared = null;

  // Great-circle distance of two points in degrees, by the haversine formula: as geo/insight/flows.py counts it.
  const RADIANS = Math.PI / 180;
  koryu.kilometres = function ([lat1, lon1], [lat2, lon2]) {
    const half =
      Math.sin(((lat2 - lat1) * RADIANS) / 2) ** 2 +
      Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * Math.sin(((lon2 - lon1) * RADIANS) / 2) ** 2;
    return 2 * shared.earthRadiusKm * Math.asin(Math.sqrt(half));
  };

  koryu.count = (n) => Number(n).toLocaleString("ja-JP");

  // A year in which two eras meet is written in the later one, as 年度 are.
  koryu.year = function (year, kind = "年") {
    if (!year) return "不明";
    const era = Object.entries(shared.eras).find(([, first]) => year >= first);
    if (!era) return `${year}${kind}`;
    const n = year - era[1] + 1;
    return `${era[0]}${n === 1 ? "元" : n}${kind}（${year}${kind}）`;
  };

  /** A start as it is sent: twice the year, and one more for a 年度, so that starts sort by time. 0 is unknown. */
  koryu.began = (start) => koryu.year(start >> 1, start & 1 ? "年度" : "年");

  // Far islands are drawn in frames beside the main islands, as on a wall map. They are moved once, in
  // Mercator degrees, so shapes keep their form and nothing jumps when the map is panned or zoomed.
  const DEGREE = Math.PI / 180;
  koryu.mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * DEGREE) / 2)) / DEGREE;
  const latitude = (y) => (2 * Math.atan(Math.exp(y * DEGREE)) - Math.PI / 2) / DEGREE;

  /** How many lines are told apart: between prefectures, and closer in. */
  koryu.lines = { between: 0, closer: 0 };

  /** Its frames, with how far each is moved. */
  koryu.frames = [];
  koryu.loadShared = async function () {
    shared = await koryu.fetchJson("shared.json");
    koryu.lines = shared.lines;
    koryu.frames = shared.frames.map((frame) => ({
      ...frame,
      dx: frame.screen[0] - frame.west,
      dy: koryu.mercator(frame.screen[1]) - koryu.mercator(frame.south),
    }));
  };

  /** The point of the map at which a place is drawn: inside its frame for a far island. */
  koryu.place = function (lat, lon) {
    const frame = koryu.frames.find(
      (each) => lat > each.south && lat < each.north && lon > each.west && lon < each.east
    );
    return frame ? koryu.shifted(frame, lat, lon) : L.latLng(lat, lon);
  };
  koryu.shifted = (frame, lat, lon) => L.latLng(latitude(koryu.mercator(lat) + frame.dy), lon + frame.dx);
})();
