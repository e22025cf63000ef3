/* Prefecture and municipality polygons: drawn once from static files, coloured by class from the rows. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const NONE = "url(#koryu-none)";
  const EDGE = "var(--k-coast)";
  const LAND = "var(--k-land)";

  // "なし" is hatched, so that it is told apart from the palest class without any colour.
  function defineHatch(parent) {
    const NS = "http://www.w3.org/2000/svg";
    const make = (tag, attributes) => {
      const made = document.createElementNS(NS, tag);
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      return made;
    };
    const svg = make("svg", { width: 0, height: 0, "aria-hidden": "true", class: "koryu-defs" });
    const pattern = make("pattern", {
      id: "koryu-none",
      width: 6,
      height: 6,
      patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(45)",
    });
    pattern.append(make("rect", { width: 6, height: 6, fill: "var(--k-none)" }));
    pattern.append(make("line", { x1: 0, y1: 0, x2: 0, y2: 6, stroke: "var(--k-hatch)", "stroke-width": 1.6 }));
    svg.append(pattern);
    parent.append(svg);
  }

  // All prefectures, 01000 to 47000, as rows without codes have them.
  const PREFECTURES = Array.from({ length: 47 }, (_, i) => `${String(i + 1).padStart(2, "0")}000`);

  // Columns of the rows → code → class, code → text; see geo/draw/web/folium_map.py.
  function decoded(rows) {
    const codes = rows.codes || PREFECTURES;
    return {
      title: rows.title,
      legend: rows.legend,
      marked: rows.marked,
      classes: new Map(codes.map((code, i) => [code, rows.classes[i]])),
      texts: new Map(codes.map((code, i) => [code, rows.texts[i]])),
    };
  }

  // As L.SVG, but on whole pixels: between them every line would be blurred.
  const Sharp = L.SVG.extend({
    _reset() {
      this._update();
      for (const layer of Object.values(this._layers)) layer._reset();
    },
  });

  const asLatLng = (position) => koryu.place(position[1], position[0]);

  koryu.Boundaries = class {
    constructor(map, folder = "boundaries") {
      this.map = map;
      this.folder = folder;
      this.prefectures = new Map(); // code → Leaflet layer
      this.drill = null; // { codes, group, layers }
      this.rows = null;
      this.files = new Map();
      defineHatch(map.getContainer());
      for (const [name, order] of [["koryu-sea", 205], ["koryu-land", 210], ["koryu-drill", 220], ["koryu-borders", 230]]) {
        map.createPane(name, map.getPane("mapPane")).style.zIndex = order;
      }
      this.renderers = {
        land: new Sharp({ pane: "koryu-land", padding: 0.3 }),
        drill: new Sharp({ pane: "koryu-drill", padding: 0.3 }),
        borders: new Sharp({ pane: "koryu-borders", padding: 0.3 }),
      };
      this.land = null; // once the prefectures are there
    }

    /** Draw the prefectures; what they are credited to. */
    async load() {
      const [topology] = await Promise.all([this.#file("prefectures.json"), koryu.loadShared()]);
      this.#frames();
      const object = topology.objects.prefectures;
      this.#polygons(topojson.feature(topology, object), "prefecture", this.prefectures).addTo(this.map);
      this.#borders(topology, object, "koryu-borders", this.renderers.borders).addTo(this.map);
      this.land = new koryu.Land(this.prefectures, this.frames);
      this.#paint();
      return topology.credit;
    }

    /** Colour the prefectures, and the municipalities of those that are open, by the classes of the rows. */
    async show(rows) {
      this.rows = rows && { ...decoded(rows), drill: rows.drill && { ...rows.drill, ...decoded(rows.drill) } };
      this.#paint();
      const wanted = rows && rows.drill ? rows.drill.prefectures.join() : null;
      if (wanted !== (this.drill && this.drill.codes)) {
        if (this.drill) this.drill.group.remove();
        this.drill = null;
        if (wanted) await this.#openDrill(wanted);
      }
      this.#paint();
    }

    /** The place under a page element, or null: { kind, code, label, text }. */
    at(target) {
      const found = target && target.koryuPlace;
      if (!found || !this.rows) return null;
      const about = this.about(found.code, found.kind);
      return about && { ...found, ...about };
    }

    /** What the rows say of a place: { label, text }, or null. */
    about(code, kind = "prefecture") {
      const values = this.rows && (kind === "prefecture" ? this.rows : this.rows.drill);
      return values ? { label: values.title, text: values.texts.get(code) } : null;
    }

    /** What to show of a prefecture: its largest island and those around it, or the frame it lies in. */
    bounds(code) {
      const islands = this.#islands(code);
      if (!islands.length) return null;
      const main = islands[0].bounds;
      const frame = this.frames.find((each) => each.contains(main.getCenter()));
      if (frame) return frame;
      const around = (main.getEast() - main.getWest() + main.getNorth() - main.getSouth()) * 0.85;
      const near = islands.filter(({ bounds }) => {
        const [one, other] = [bounds.getCenter(), main.getCenter()];
        return Math.hypot(one.lat - other.lat, one.lng - other.lng) < around;
      });
      return near.reduce((all, { bounds }) => all.extend(bounds), L.latLngBounds([]));
    }

    // The outer rings of a prefecture, the largest first.
    #islands(code) {
      const layer = this.prefectures.get(code);
      if (!layer) return [];
      const parts = layer.feature.geometry.type === "Polygon" ? [layer.getLatLngs()] : layer.getLatLngs();
      const size = ({ bounds: b }) => (b.getEast() - b.getWest()) * (b.getNorth() - b.getSouth());
      return parts
        .map(([ring]) => ({ ring, bounds: L.latLngBounds(ring) }))
        .sort((one, other) => size(other) - size(one));
    }

    /** Codes of the municipalities drawn at present, where one prefecture is open: of more, names would be too many. */
    drilled() {
      return this.drill && this.drill.group.getLayers().length === 2 ? [...this.drill.layers.keys()] : [];
    }

    async #openDrill(codes) {
      const paths = codes.split(",").map((code) => `municipalities/${code.slice(0, 2)}.json`);
      const topologies = await Promise.all(paths.map((path) => this.#file(path)));
      // Others may have been chosen while these were on their way.
      if (!this.rows || !this.rows.drill || this.rows.drill.prefectures.join() !== codes || this.drill) return;
      const layers = new Map();
      const group = L.layerGroup(
        topologies.flatMap((topology) => {
          const object = topology.objects.municipalities;
          return [
            this.#polygons(topojson.feature(topology, object), "municipality", layers),
            this.#borders(topology, object, "koryu-drill", this.renderers.drill),
          ];
        })
      ).addTo(this.map);
      this.drill = { codes, group, layers };
    }

    /** The lines between the municipalities of a prefecture. */
    async outlines(code, style) {
      const topology = await this.#file(`municipalities/${code.slice(0, 2)}.json`);
      return L.geoJSON(topojson.mesh(topology, topology.objects.municipalities, (a, b) => a !== b), {
        coordsToLatLng: asLatLng,
        interactive: false,
        pane: "koryu-borders",
        renderer: this.renderers.borders,
        style,
      });
    }

    #file(path) {
      if (!this.files.has(path)) this.files.set(path, koryu.fetchJson(`${this.folder}/${path}`));
      return this.files.get(path);
    }

    #polygons(collection, kind, index) {
      const drill = kind === "municipality";
      const style = { className: "koryu-area", color: EDGE, weight: 1.2, fillOpacity: 1 };
      return L.geoJSON(collection, {
        coordsToLatLng: asLatLng,
        // Not interactive for Leaflet: one handler of ours finds what lies under the pointer.
        interactive: false,
        pane: drill ? "koryu-drill" : "koryu-land",
        renderer: drill ? this.renderers.drill : this.renderers.land,
        style: () => ({ ...style, fillColor: LAND }),
        onEachFeature: (feature, layer) => {
          const code = String(feature.properties.code);
          index.set(code, layer);
          layer.on("add", () => {
            layer.getElement().koryuPlace = { kind, code };
          });
        },
      });
    }

    // A line in the colour of the ground inside the edges of two neighbours: it parts two full areas as well as two hatched.
    #borders(topology, object, pane, renderer) {
      return L.geoJSON(topojson.mesh(topology, object, (a, b) => a !== b), {
        coordsToLatLng: asLatLng,
        interactive: false,
        pane,
        renderer,
        style: { color: "var(--k-border)", weight: 0.6, fill: false },
      });
    }

    #frames() {
      this.frames = koryu.frames.map((frame) =>
        L.latLngBounds(koryu.shifted(frame, frame.south, frame.west), koryu.shifted(frame, frame.north, frame.east))
      );
      koryu.frames.forEach((frame, nth) => {
        // The sea inside a frame hides what tiles show there, which is another place.
        L.rectangle(this.frames[nth], { className: "koryu-sea", interactive: false, pane: "koryu-sea", stroke: false }).addTo(this.map);
        L.rectangle(this.frames[nth], {
          interactive: false,
          pane: "koryu-borders",
          renderer: this.renderers.borders,
          color: "var(--k-edge)",
          weight: 1,
          fill: false,
        }).addTo(this.map);
        const label = L.divIcon({ className: "koryu-frame", html: koryu.element("span", "", frame.name), iconSize: null });
        L.marker(koryu.shifted(frame, frame.north, frame.west), {
          icon: label,
          interactive: false,
          keyboard: false,
          pane: "koryu-borders",
        }).addTo(this.map);
      });
    }

    #paint() {
      const paint = (layers, values, faded) => {
        const fills = values ? values.legend.map((e) => (e.hatch ? NONE : koryu.token(e.colour))) : [];
        for (const [code, layer] of layers) {
          const fillColor = (values && fills[values.classes.get(code)]) || LAND;
          layer.setStyle({ fillColor, fillOpacity: faded ? 0.35 : 1 });
        }
      };
      paint(this.prefectures, this.rows, Boolean(this.drill));
      if (this.drill) paint(this.drill.layers, this.rows && this.rows.drill, false);
      this.#mark(this.rows && this.rows.marked);
    }

    // The place that is looked at has an edge of its own, over all others.
    #mark(code) {
      const shape = code && ((this.drill && this.drill.layers.get(code)) || this.prefectures.get(code));
      if (this.outline) this.outline.remove();
      this.outline = null;
      if (!shape) return;
      this.outline = L.geoJSON(shape.feature, {
        coordsToLatLng: asLatLng,
        interactive: false,
        pane: "koryu-borders",
        renderer: this.renderers.borders,
        style: { className: "koryu-outline", weight: 3, fill: false },
      }).addTo(this.map);
    }
  };
})();
