/* The map itself: made once by the base script, then fed with rows by feature groups of each run.
   A click goes back through the feature group as a feature that holds ids only. */
(function () {
  "use strict";
  const koryu = window.koryu;

  const LEGENDS = ["470px", "330px", "216px"]; // how wide it may be

  const PAUSE = 150; // milliseconds that a map stands still before it says what it shows
  const AROUND = 0.2; // of a window, asked for beyond each of its sides
  const ROOMY = 6; // times a window: of so large an area too few lines are known

  const boundsOf = ([south, west, north, east]) => L.latLngBounds([south, west], [north, east]);
  const size = (bounds) => (bounds.getNorth() - bounds.getSouth()) * (bounds.getEast() - bounds.getWest());

  class FlowMap {
    constructor(map, options) {
      this.map = map;
      this.options = options;
      this.rows = null; // until the first arrive
      this.asked = 0;
      this.places = null;
      this.painted = 0;
      this.#furnish();
      map.createPane("koryu-flows").style.zIndex = 450;
      this.boundaries = new koryu.Boundaries(map, options.polygons);
      this.canvas = new koryu.FlowCanvas().addTo(map);
      this.canvas.on("painted", this.#afterPaint, this);
      if (koryu.Outlines) new koryu.Outlines(map, this.boundaries);
      this.tooltip = new koryu.Tooltip(map);
      this.#listen();
      // A page that stands alone has no server to be ahead of.
      if (koryu.Ahead) this.ahead = new koryu.Ahead((rows) => this.#show(rows));
      this.ready = this.#load();
    }

    #furnish() {
      const { map, options } = this;
      document.documentElement.lang = "ja";
      document.title = options.label;
      const box = map.getContainer();
      box.classList.add("koryu-map");
      box.setAttribute("role", "application");
      box.setAttribute("aria-label", options.label);
      // Leaflet takes the focus on every press; the page around the frame must not scroll from under it.
      box.focus = () => HTMLElement.prototype.focus.call(box, { preventScroll: true });
      this.legend = new koryu.Legend({ changed: () => this.#clear() }).addTo(map);
      koryu.guardWheel(map);
      const views = [["全国", () => this.home()], ...options.views.map(([name, bounds]) => [name, () => this.#go(bounds)])];
      new koryu.Views({ views }).addTo(map);
      const zoom = L.control.zoom({ position: "bottomleft", zoomInTitle: "拡大する", zoomOutTitle: "縮小する" }).addTo(map);
      this.credit = new koryu.Credit().addTo(map);
      // A page that has to work without any network leaves the script of the tiles out.
      if (koryu.Tiles) {
        // Not at the top, where the Kuril Islands are; on a narrow map there is room above them.
        const position = map.getSize().x < 560 ? "topright" : "bottomright";
        new koryu.Tiles({ position, credit: (tiles) => this.credit.set({ tiles }) }).addTo(map);
      }
      this.stamp = new koryu.Stamp().addTo(map);
      this.note = new koryu.Note().addTo(map);
      this.home();
      koryu.keepPlace(map, () => this.steered, (place) => this.#place(place));
      new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(box);
      // Until the reader moves the map, it keeps the whole country in view whatever its size becomes.
      map.on("resize", () => this.untouched && this.home());
      map.on("movestart", () => (this.untouched &&= this.homing));
      map.on("moveend", () => {
        clearTimeout(this.asking);
        this.asking = setTimeout(() => this.#ask(), PAUSE);
      });
      const steer = () => this.#steer();
      map.on("dragstart", steer);
      box.addEventListener("wheel", (event) => (event.ctrlKey || event.metaKey) && steer(), { passive: true });
      for (const action of ["keydown", "dblclick"]) box.addEventListener(action, steer, { passive: true });
      zoom.getContainer().addEventListener("click", steer, true);
    }

    /** The reader moves the map, and it stays where it is put. */
    #steer() {
      this.untouched = false;
      this.steered = true;
    }

    /** The place a link names: it stands against the prefecture the first rows would move to. */
    #place({ at, zoom }) {
      this.#steer();
      this.placed = !this.rows;
      this.map.setView(at, zoom, { animate: false });
    }

    /** Show the whole country, none of it under legend and buttons. */
    home() {
      this.untouched = true;
      this.steered = false;
      const { map } = this;
      const { land } = this.boundaries || {};
      const found = land && this.#best(land);
      this.cleared = JSON.stringify([map.getSize(), koryu.standing(map)]);
      this.legendLevel = null; // what finds no room is another thing in another view
      this.homing = true;
      // Anew: where the zoom stays, Leaflet would move by whole pixels, and stand elsewhere than in a window opened now.
      if (found) map.setView(found.centre, found.zoom, { animate: false, reset: true });
      else map.fitBounds(this.options.bounds, { animate: false, padding: [8, 8] });
      this.homing = false;
      // Once more when the names of the frames have moved, too: no label may stand on them.
      if (this.canvas) this.canvas.redraw();
    }

    // The largest view of the country, beside a legend that is wide and low or narrow and high.
    #best(land) {
      const { map, legend } = this;
      let best = null;
      for (const width of LEGENDS) {
        legend.box.style.maxWidth = width;
        const found = land.fit(map.getSize(), koryu.standing(map), map.getMinZoom());
        if (found && (!best || found.zoom > best.found.zoom)) best = { found, width };
      }
      legend.box.style.maxWidth = best ? best.width : "";
      return best && best.found;
    }

    // A legend that has grown may lie over the country now: until the reader moves the map, it makes room. Beside signs,
    // whose legend is another with every question, the country stands where a link to the same view shows it.
    #clear() {
      const { map } = this;
      const { land } = this.boundaries || {};
      if (!this.untouched || !land || !(this.canvas.signed || land.hidden(map, koryu.standing(map)))) return;
      // Where there is no such view, once is enough.
      if (this.cleared !== JSON.stringify([map.getSize(), koryu.standing(map)])) this.home();
    }

    #go(bounds) {
      this.#steer();
      this.map.fitBounds(bounds, { animate: false });
    }

    async #load() {
      try {
        const files = [koryu.fetchJson("boundaries/places.json"), this.boundaries.load(), koryu.styled()];
        const [places, polygons] = await Promise.all(files);
        this.credit.set({ polygons });
        this.canvas.options.land = this.boundaries.land;
        if (this.untouched) this.home();
        this.places = new Map(places.map(([code, name, lat, lon]) => [code, { name, point: [lat, lon], at: koryu.place(lat, lon) }]));
      } catch (error) {
        koryu.warn(this.map, "地図の区域データを読み込めませんでした。ページを再読み込みしてください。");
        throw error;
      }
      this.#draw();
    }

    /** Rows as sent by a feature group or as they are, or null when they were taken away. */
    async set(sent, layer) {
      this.layer = layer;
      const asked = ++this.asked;
      try {
        const rows = (await (typeof sent === "string" ? koryu.inflate(sent) : sent)) || {};
        // The old group goes just before the new one comes: only the last word counts, so nothing flickers.
        if (asked !== this.asked) return;
        if (this.ahead && !this.ahead.answered(rows)) return;
        this.#show(rows);
      } catch (error) {
        koryu.warn(this.map, "地図を描けませんでした。ブラウザーを新しい版にするか、同じ内容を表で確かめてください。");
        throw error;
      }
    }

    #show(rows) {
      // What has come and is not yet unpacked is of before.
      this.asked++;
      this.rows = rows;
      this.#draw();
    }

    #draw() {
      if (!this.places || !this.rows) return;
      const { flows, areas = null, signs = null, stamp = null } = this.rows;
      this.stamp.show(stamp);
      const shown = this.boundaries.show(areas);
      shown
        .then(() => {
          this.#focus(areas);
          this.canvas.name(this.boundaries.drilled().map((code) => this.places.get(code)).filter(Boolean));
        })
        .catch(() => koryu.warn(this.map, "市区町村の区域データを読み込めませんでした。ページを再読み込みしてください。"));
      this.tooltip.hide();
      this.fresh = true;
      // Only what is drawn is read.
      const levels = (flows ? flows.levels : []).map((level) => {
        let read = null;
        const area = level.area && boundsOf(level.area);
        return { minZoom: level.minZoom, area, read: () => (read ??= this.#level(level)) };
      });
      this.canvas.show(levels, flows || { labels: 0 }, signs && this.#signed(signs));
      this.told = null;
      this.#ask();
    }

    /* Of very many origins only what is looked at is sent (geo/draw/web/window.py): say what that is where it has not
       come yet. */
    #ask() {
      const { closer, levels } = this.rows?.flows || {};
      if (!closer || !this.layer) return;
      const { map } = this;
      const step = closer.filter((zoom) => zoom <= map.getZoom()).length;
      const known = levels.find((level) => level.area);
      const seen = map.getBounds();
      if (known && step) {
        const area = boundsOf(known.area);
        const suits = known.whole || (known.step === step && size(area) < ROOMY * size(seen));
        if (suits && area.contains(seen)) return;
      } else if (!known && !step) return;
      const asked = step ? seen.pad(AROUND) : null;
      const corners = asked && [asked.getSouth(), asked.getWest(), asked.getNorth(), asked.getEast()];
      const ids = { kind: "window", area: corners && corners.map((each) => Number(each.toFixed(4))), step };
      if (this.told === JSON.stringify(ids)) return;
      this.told = JSON.stringify(ids);
      this.layer.send({ ...ids, n: Date.now() }, map.getCenter());
    }

    // What is said beside the map of lines that are not on it.
    #tell() {
      const { closer, levels } = this.rows.flows || {};
      const { map, canvas } = this;
      const coming = closer && map.getZoom() >= closer[0] && !levels.some(({ area }) => area && boundsOf(area).contains(map.getBounds()));
      const { left } = canvas;
      const closely = map.getZoom() >= koryu.CLOSE;
      const words = coming
        ? "この範囲の線を読み込んでいます…"
        : left
          ? `太い順に ${koryu.count(left.drawn)} 本（${closely ? "この範囲で終わる " : ""}${koryu.count(left.all)} 本のうち）。数字はすべての合計です`
          : "";
      // It takes room that names stood in.
      if (this.note.say(words)) canvas.redraw();
    }

    // Columns of the rows → places with their signs; see geo/draw/web/folium_map.py.
    #signed(rows) {
      const places = [];
      rows.signs.forEach((number, nth) => {
        const code = rows.codes.slice(5 * nth, 5 * nth + 5);
        const place = this.places.get(code);
        if (!place) return;
        const kind = code.endsWith("000") ? "prefecture" : "municipality";
        const [value, note] = [rows.values[nth], rows.notes[nth]];
        places.push({ code, kind, name: place.name, at: place.at, sign: rows.legend[number], value, note });
      });
      const origins = rows.origins.map(([code, name, lat, lon]) => ({ code, name, at: koryu.place(lat, lon), isOrigin: true }));
      return { ...rows, places, origins };
    }

    // Columns of the rows → flows with their places; see geo/draw/web/folium_map.py for the level.
    #level(level) {
      const origins = level.origins.map(([code, name, lat, lon]) => {
        return { code, name, point: [lat, lon], at: koryu.place(lat, lon), isOrigin: true };
      });
      const at = (code, place) => (level.totals && this.boundaries.land.points(code)[0]) || place.at;
      const flows = [];
      let i = 0;
      level.counts.forEach((count, nth) => {
        for (const stop = i + count; i < stop; i++) {
          const code = level.partners.slice(5 * i, 5 * i + 5);
          const place = this.places.get(code);
          if (!place) continue;
          const isPrefecture = code.endsWith("000");
          flows.push({
            key: `${origins[nth].code} ${code}`,
            origin: origins[nth],
            code,
            name: place.name,
            fullName: this.#fullName(code),
            isPrefecture,
            // Totals stand on the land they count, clear of each other's offices.
            at: at(code, place),
            value: level[level.value][i],
            projects: level.n_projects[i],
            municipalities: level.n_municipalities[i],
            first: level.years[i],
            gone: level.gone ? level.gone[i] === 1 : undefined,
            km: Math.round(koryu.kilometres(origins[nth].point, place.point)),
            categories: level.categories.filter((_, bit) => Math.floor(level.mixes[i] / 2 ** bit) % 2),
          });
        }
      });
      if (level.between) for (const origin of origins) origin.at = at(origin.code, origin);
      const shared = new Set(flows.map((flow) => flow.code)).size < flows.length;
      const crowded = Boolean(level.crowded || level.between || level.area);
      // What stays within a prefecture is no line there.
      const most = flows.reduce((n, flow) => (level.between && flow.origin.code === flow.code ? n : Math.max(n, flow.value)), 1);
      return { ...level, origins, flows, shared, crowded, most, ends: this.#ends(level.ends) };
    }

    // Columns of the places where lines end → places with all that ends there, drawn or not.
    #ends(columns) {
      if (!columns) return [];
      const ends = columns.lines.map((lines, nth) => {
        const code = columns.partners.slice(5 * nth, 5 * nth + 5);
        return { ...this.places.get(code), code, lines, value: columns.n_projects[nth] };
      });
      return ends.filter(({ at }) => at);
    }

    #focus(rows) {
      const wanted = (rows && rows.focus) || "";
      const { placed } = this;
      this.placed = false;
      if (wanted === (this.focused || "")) return;
      this.focused = wanted;
      if (placed) return;
      const bounds = wanted ? this.boundaries.bounds(wanted) : null;
      if (bounds) {
        this.untouched = this.steered = false;
        this.map.fitBounds(bounds, { padding: [24, 24] });
      } else this.home();
    }

    #afterPaint() {
      if (!this.rows) return;
      const { canvas, map } = this;
      const level = canvas.flows.length ? canvas.level : null;
      const box = map.getContainer();
      box.style.setProperty("--koryu-flow", canvas.opacity);
      // Said once, it stays until something else is drawn: to say it takes room, too.
      if (this.fresh || level !== this.legendLevel) this.more = false;
      const more = this.more || Boolean((level || canvas.signed) && canvas.unnamed);
      if (this.fresh || level !== this.legendLevel || more !== this.more)
        this.legend.update(this.rows.areas, level, canvas.origins, more, canvas.signed);
      this.legendLevel = level;
      this.more = more;
      this.#tell();
      // For whoever watches from outside (tests, benchmarks): what stands on the map, and that it does.
      box.dataset.flows = canvas.flows.length;
      box.dataset.signs = canvas.signed ? canvas.signed.places.length : 0;
      const { fresh } = this;
      this.fresh = false;
      this.#clear();
      if (fresh) box.dataset.painted = ++this.painted;
    }

    #listen() {
      const { map } = this;
      map.on("mousemove", (event) => {
        this.pointer = event;
        if (!this.moving) this.moving = L.Util.requestAnimFrame(() => this.#hover());
      });
      map.on("mouseout movestart zoomstart", () => this.#leave());
      map.on("click", (event) => this.#click(event));
    }

    #under(event) {
      const { canvas } = this;
      return canvas.signAt(event.layerPoint) || canvas.at(event.layerPoint) || this.boundaries.at(event.originalEvent.target);
    }

    #hover() {
      this.moving = null;
      const event = this.pointer;
      if (!event || !this.places) return;
      const found = this.#under(event);
      const onCanvas = Boolean(found && !found.kind);
      this.canvas.pick(onCanvas ? found : null);
      this.map.getContainer().classList.toggle("koryu-pointing", Boolean(found));
      if (!found) return this.tooltip.hide();
      this.tooltip.show(this.#describe(found), event.containerPoint);
    }

    #describe(found) {
      if (found.isOrigin) return koryu.areaTooltip(found.name, "", "");
      if (found.together && this.canvas.level.between) {
        const ground = this.boundaries.about(found.code);
        return koryu.placeTooltip(found, ground && ground.text);
      }
      if (found.sign) return koryu.signTooltip(this.#fullName(found.code), this.canvas.signed.title, found);
      if (!found.kind) {
        const bundle = this.canvas.level.totals && this.boundaries.about(found.code);
        return koryu.flowTooltip(found, bundle && bundle.text, this.canvas.level.noun);
      }
      return koryu.areaTooltip(this.#fullName(found.code), found.label, found.text);
    }

    // The name that no other place has: 広島県府中市, 広島県.
    #fullName(code) {
      const codes = code.endsWith("000") ? [code] : [`${code.slice(0, 2)}000`, code];
      return codes.map((each) => (this.places.get(each) || { name: each }).name).join("");
    }

    #leave() {
      this.pointer = null;
      this.canvas.pick(null);
      this.tooltip.hide();
    }

    #click(event) {
      if (!this.places) return;
      const found = this.#under(event);
      if (found) this.tooltip.show(this.#describe(found), event.containerPoint);
      // The time tells a second click on the same thing from the first, in a frame opened anew, too.
      const ids = { kind: "none", origin_code: null, partner_code: null, n: Date.now() };
      if (found && found.isOrigin) Object.assign(ids, { kind: "origin", origin_code: found.code });
      else if (found && found.kind) Object.assign(ids, { kind: found.kind, partner_code: found.code });
      else if (found) {
        const origin = found.together ? null : found.origin.code;
        Object.assign(ids, { kind: "flow", origin_code: origin, partner_code: found.code });
      }
      if (this.layer) this.layer.send(ids, event.latlng);
    }
  }

  /** Called by the base map's script, once. */
  koryu.open = function (id, options) {
    document.body.style.margin = 0;
    const map = L.map(id, {
      center: [37.5, 137],
      zoom: 5,
      minZoom: 4,
      maxZoom: 12,
      zoomSnap: 0.1,
      wheelPxPerZoomLevel: 120,
      zoomDelta: 0.5,
      zoomControl: false,
      attributionControl: false,
    });
    map.koryu = new FlowMap(map, options);
    return map;
  };

  /** A layer that draws nothing itself: it brings rows to the map and takes clicks back to Python. */
  koryu.Rows = L.Layer.extend({
    initialize(sent) {
      this.sent = sent;
    },
    onAdd(map) {
      map.koryu.set(this.sent, this);
    },
    onRemove(map) {
      map.koryu.set(null, null);
    },
    send(ids, latlng) {
      this.clicked = ids;
      this.fire("click", { latlng, layer: this });
    },
    toGeoJSON() {
      return { type: "Feature", properties: this.clicked || {}, geometry: null };
    },
  });
})();
