/* Draws the map under another filter while the server still answers. The page around the frame keeps every tie as columns
   (pages/flow_map/ahead.py) and says when its address changes; what is counted of them here is what
   geo/ledger/selection.py keeps and geo/insight/flows.py counts, so that the rows of the server change nothing. */
(function () {
  "use strict";
  const koryu = window.koryu;

  const WIDE = 1, PEER = 2, HOME = 4, ABOVE = 8; // geo/draw/web/ahead.py
  const CODE = 5; // letters of a code
  const LATEST = 10000; // where a year that is not known stands among years

  const prefectureOf = (code) => `${code.slice(0, 2)}000`;
  const rounded = (degrees) => Number(degrees.toFixed(6)); // as Python rounds: by the exact value
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // A share as Python writes it with .0%: a half goes to the even number.
  function percent(share) {
    const value = share * 100;
    const whole = Math.floor(value);
    return `${value - whole === 0.5 ? whole + (whole % 2) : Math.round(value)}%`;
  }

  /** Numbers of [number, how often] one by one. */
  function expand(runs, Kind) {
    const found = new Kind(runs.reduce((n, [, times]) => n + times, 0));
    let at = 0;
    for (const [number, times] of runs) {
      found.fill(number, at, at + times);
      at += times;
    }
    return found;
  }

  /** Every tie as columns, and what is counted of those that conditions keep. */
  class Columns {
    constructor(told) {
      const { places, origins, prefectures } = told;
      this.told = told;
      this.partners = Uint16Array.from(told.partners);
      this.began = Uint16Array.from(told.began);
      this.kinds = Uint8Array.from(told.kinds);
      this.source = expand(told.sources, Uint16Array);
      this.project = expand(told.counts.map((links, project) => [project, links]), Uint32Array);
      this.origin = expand(told.owners, Uint16Array);
      const number = new Map(prefectures.map(([code], n) => [code, n]));
      this.codes = Array.from({ length: places.length / CODE }, (_, n) => places.slice(CODE * n, CODE * (n + 1)));
      this.whole = Uint8Array.from(this.codes, (code) => number.has(code));
      this.prefecture = Uint8Array.from(this.codes, (code) => number.get(prefectureOf(code)));
      this.home = Uint8Array.from(origins, ([code]) => number.get(prefectureOf(code)));
      this.documents = new Map(told.documents.map((id, n) => [id, n]));
      this.origins = new Map(origins.map(([code], n) => [code, n]));
    }

    /** Which ties conditions keep, and when each of them began (0 unknown). */
    keep({ origins, categories, sources, mode, from, to, unknown, above, networks, peers, home }) {
      const { told, partners, project, origin, source, kinds } = this;
      const wanted = (chosen, all, number) => {
        if (!chosen.length) return null;
        const found = new Uint8Array(all);
        for (const one of chosen) if (number(one) !== undefined) found[number(one)] = 1;
        return found;
      };
      const ofOrigin = wanted(origins, told.origins.length, (code) => this.origins.get(code));
      const ofSource = wanted(sources, told.documents.length, (id) => this.documents.get(id));
      const names = new Set(categories.map((name) => told.categories.indexOf(name)));
      const ofMix = categories.length ? Uint8Array.from(told.sets, (own) => own.some((n) => names.has(n))) : null;
      const out = (networks ? 0 : WIDE) | (peers ? 0 : PEER) | (home ? 0 : HOME);
      const dated = from !== null || to !== null;
      const first = mode === "began" && from !== null ? from : -Infinity;
      const last = to ?? Infinity;
      const began = above ? this.began : this.began.map((start, i) => (kinds[i] & ABOVE ? 0 : start));
      const kept = new Uint32Array(partners.length);
      let n = 0;
      for (let i = 0; i < partners.length; i++) {
        if (kinds[i] & out) continue;
        const whose = project[i];
        if (ofOrigin && !ofOrigin[origin[whose]]) continue;
        if (ofSource && !ofSource[source[i]]) continue;
        if (ofMix && !ofMix[told.mixes[whose]]) continue;
        const year = began[i] >> 1;
        if (year ? year < first || year > last : dated || !unknown) continue;
        kept[n++] = i;
      }
      return { rows: kept.subarray(0, n), began };
    }

    /** One flow for each start and end that occur: { start, end, projects, cities, first, sets }, as numbers. */
    flows({ rows, began }, starts, bundled) {
      const { partners, project, whole, prefecture, codes, told } = this;
      const ends = bundled ? told.prefectures.length : codes.length;
      const slots = new Map();
      const flows = [];
      const cities = new Set();
      for (const i of rows) {
        const place = partners[i], whose = project[i];
        const start = starts(whose), end = bundled ? prefecture[place] : place;
        const key = start * ends + end;
        let flow = slots.get(key);
        if (!flow) {
          flow = { start, end, last: -1, projects: 0, cities: bundled || whole[place] ? 0 : 1, first: 0, sets: new Set() };
          slots.set(key, flow);
          flows.push(flow);
        }
        // The ties of a project stand together.
        if (flow.last !== whose) {
          flow.last = whose;
          flow.projects += 1;
          flow.sets.add(told.mixes[whose]);
        }
        if (bundled && !whole[place]) {
          const city = start * codes.length + place;
          if (!cities.has(city)) {
            cities.add(city);
            flow.cities += 1;
          }
        }
        if (began[i] && (!flow.first || began[i] < flow.first)) flow.first = began[i];
      }
      return flows;
    }
  }

  /** What the server would send under some conditions. */
  class Drawing {
    constructor(told, places) {
      Object.assign(this, told);
      this.ties = new Columns(told.columns);
      this.places = places;
    }

    /** The conditions that an address asks for; see ``asked`` in pages/shared/frame/filters.py. */
    conditions(address) {
      const { panel } = this;
      const asked = new URLSearchParams(address);
      const known = (key, values) => asked.getAll(key).filter((value) => Object.hasOwn(values, value));
      const chosen = new Set(known("ward", panel.ward).flatMap((label) => panel.ward[label]));
      const categories = new Set(asked.getAll("category").filter((name) => this.columns.categories.includes(name)));
      const documents = Object.values(panel.source);
      const listed = asked.has("source") ? known("source", panel.source).map((label) => panel.source[label]) : panel.opening;
      const ticks = {};
      for (const [key, value] of Object.entries(panel.ticks)) ticks[key] = asked.has(key) ? asked.get(key) === "true" : value;
      const mode = panel.modes[asked.get("years")] ?? "began";
      const [first, last] = panel.years ?? [0, 0];
      let from = null, to = null;
      if (panel.years && mode === "as_of") to = Number(asked.get("as_of") ?? last);
      else if (panel.years) {
        const [start, end] = asked.has("began") ? asked.getAll("began").map(Number) : [first, last];
        if (start > first) from = start;
        if (end < last) to = end;
      }
      return {
        origins: panel.many && chosen.size === this.columns.origins.length ? [] : [...chosen].sort(),
        categories: [...categories].sort(),
        sources: new Set(listed).size === documents.length ? [] : [...new Set(listed)].sort(),
        mode, from, to,
        unknown: ticks.unknown, above: ticks.above, networks: ticks.network, peers: ticks.peers, home: ticks.home,
      };
    }

    // The numbers of some origins, or of all where none is chosen.
    #numbers(origins) {
      return origins.length ? origins.map((code) => this.ties.origins.get(code)) : this.columns.origins.map((_, n) => n);
    }

    // Where flows start: as geo/insight/starts.py says.
    start({ origins, sources }) {
      const { few, many, several, listed } = this.columns;
      let own = this.#numbers(origins);
      if (own.length <= few) return "origin";
      if (sources.length) {
        const told = new Set(sources.flatMap((id) => listed[this.ties.documents.get(id)] ?? []));
        own = own.filter((n) => told.has(n));
      }
      const scattered = own.length > many && new Set(own.map((n) => this.ties.home[n])).size > several;
      return scattered ? "prefecture" : "all";
    }

    /** The rows under conditions, where ``before`` is what is drawn, { asked, rows }; null where only the server can say. */
    rows(asked, before) {
      const { ties, columns } = this;
      const start = this.start(asked);
      const bundle = this.#subject(asked.origins, before);
      if (start === "all" && !bundle) return null;
      const kept = ties.keep(asked);
      const flows = structuredClone(this.flows[start]);
      const { origin, home } = ties;
      const starts = { origin: (whose) => origin[whose], prefecture: (whose) => home[origin[whose]], all: () => 0 };
      const points = start === "prefecture" ? columns.prefectures : start === "origin" ? columns.origins : [this.#middle(kept, bundle)];
      // All together, by prefecture: the ground, and the flows of the country where they start in the middle.
      const bundled = ties.flows(kept, starts.all, true);
      const first = start === "all" ? bundled : ties.flows(kept, starts[start], start === "prefecture");
      this.#fill(flows.levels[0], first, points, start !== "origin");
      if (start === "all") {
        this.#fill(flows.levels[1], ties.flows(kept, starts.all, false), points, false);
        if (asked.peers && asked.home) {
          const own = kept.rows.filter((i) => home[origin[ties.project[i]]] === ties.prefecture[ties.partners[i]]);
          const near = ties.flows({ ...kept, rows: own }, starts.origin, false);
          this.#fill(flows.levels[2], near, columns.origins, false);
        } else flows.levels.pop();
      }
      flows.selected = before.rows.flows.selected;
      const rows = { flows, areas: this.#areas(asked, start, bundled, before.rows.areas.marked) };
      if (asked.mode === "as_of") rows.stamp = this.stamps[asked.to];
      return rows;
    }

    // Who is looked at: as geo/insight/groups.py says, but for several groups at once: "".
    #subject(origins, before) {
      if (!origins.length) return this.everyone;
      if (same(origins, before.asked[0])) return before.rows.flows.levels[0].origins[0]?.[1];
      const { many, ward, subjects } = this.panel;
      const group = Object.keys(subjects).find((label) => ward[label].length === origins.length && same([...ward[label]].sort(), origins));
      if (group || many) return subjects[group] ?? "";
      const [, first] = this.columns.origins[this.ties.origins.get(origins[0])];
      return `${first}ほか${koryu.count(origins.length - 1)}${this.noun}`;
    }

    // The mean of the points of those that have any flow, as [code, name, latitude, longitude].
    #middle({ rows }, name) {
      const { ties } = this;
      const own = [...new Set(Uint16Array.from(rows, (i) => ties.origin[ties.project[i]]))].sort((a, b) => a - b);
      const sum = (axis) => own.reduce((all, n) => all + (this.columns.origins[n][axis] ?? NaN), 0);
      const mean = (axis) => rounded(sum(axis)) / Math.max(own.length, 1);
      return ["", name, mean(2), mean(3)];
    }

    // Flows as columns, in the order in which the server sends them (_level in geo/draw/web/folium_map.py).
    #fill(level, flows, points, bundled) {
      const { columns, ties } = this;
      const joined = new Map();
      const rows = [];
      for (const flow of flows) {
        const code = bundled ? columns.prefectures[flow.end][0] : ties.codes[flow.end];
        const [origin, , lat, lon] = points[flow.start];
        if (!this.places.has(code) || !Number.isFinite(lat) || !Number.isFinite(lon)) continue;
        const key = [...flow.sets].sort((a, b) => a - b).join();
        if (!joined.has(key)) {
          const numbers = [...new Set([...flow.sets].flatMap((n) => columns.sets[n]))].sort((a, b) => a - b);
          joined.set(key, { numbers, names: numbers.map((n) => columns.categories[n]).join("、") });
        }
        rows.push({ ...flow, code, origin, year: flow.first >> 1 || LATEST, mix: joined.get(key) });
      }
      const by = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
      rows.sort(
        (a, b) =>
          by(a.origin, b.origin) || a.projects - b.projects || a.year - b.year || by(a.mix.names, b.mix.names) || by(a.code, b.code)
      );
      const used = [...new Set(rows.flatMap((row) => row.mix.numbers))].sort((a, b) => a - b);
      const bits = new Map(used.map((n, bit) => [n, 2 ** bit]));
      const counts = new Map();
      for (const { start } of rows) counts.set(start, (counts.get(start) ?? 0) + 1);
      level.origins = [...counts.keys()].map((start) => {
        const [code, name, lat, lon] = points[start];
        return [code, name, rounded(lat), rounded(lon)];
      });
      level.counts = [...counts.values()];
      level.partners = rows.map((row) => row.code).join("");
      level.n_projects = rows.map((row) => row.projects);
      level.n_municipalities = rows.map((row) => row.cities);
      level.years = rows.map((row) => row.first);
      level.categories = used.map((n) => columns.categories[n]);
      level.mixes = rows.map((row) => row.mix.numbers.reduce((sum, n) => sum + bits.get(n), 0));
    }

    // The ground: as pages/shared/parts/flow_layers.py and areas.py draw it.
    #areas(asked, start, bundled, marked) {
      const { columns, ties, apart } = this;
      const homes = new Set(asked.home ? [] : this.#numbers(asked.origins).map((n) => ties.home[n]));
      const able = columns.possible.map(([all, origins], n) => (homes.has(n) ? 0 : asked.peers ? all : all - origins));
      const partners = new Map(bundled.map((flow) => [flow.end, flow.cities]));
      const reached = bundled.reduce((sum, flow) => sum + flow.cities, 0);
      const coverage = reached / (able.reduce((sum, n) => sum + n, 0) || 1);
      const small = coverage < this.small && asked.mode !== "as_of";
      const by = start === "prefecture" ? "plain" : start === "origin" || small ? "partners" : "coverage";
      const { rows, bounds } = this.areas[by];
      const areas = structuredClone(rows);
      const shares = able.map((possible, n) => (possible ? (partners.get(n) ?? 0) / possible : 0));
      areas.classes = able.map((_, n) => {
        const value = by === "coverage" ? shares[n] : (partners.get(n) ?? 0);
        const above = bounds.filter((bound) => bound <= value).length + 1;
        return value > 0 ? (by === "plain" ? 1 : above) : 0;
      });
      areas.texts = able.map((possible, n) =>
        partners.get(n) ? `${partners.get(n)} / ${possible}（${percent(shares[n])}）` : areas.legend[0].label
      );
      const alone = (n) => partners.get(n) === 0;
      const out = (n) => !partners.has(n) && !able[n];
      [alone, out].forEach((is, nth) => {
        if (!able.some((_, n) => is(n))) return;
        able.forEach((_, n) => {
          if (!is(n)) return;
          areas.classes[n] = areas.legend.length;
          areas.texts[n] = apart[nth].label;
        });
        areas.legend.push(apart[nth]);
      });
      if (marked) areas.marked = marked;
      return areas;
    }
  }
  koryu.Drawing = Drawing;

  /** Of the map in a frame of a screen: ``draw(rows)`` draws rows that are not the server's. */
  koryu.Ahead = class {
    /** Milliseconds until what was drawn ahead is taken back, where no answer comes. */
    static patience = 8000;
    #page = window.frameElement && window.parent;
    #draw;
    #drawing = null;
    #of = "";
    #known = null; // the server's rows
    #pending = []; // what was drawn ahead and has not been answered: { asked, rows }

    constructor(draw) {
      this.#draw = draw;
      if (!this.#page) return;
      // After what Streamlit does with the click: the server shall be told first.
      const look = () => setTimeout(() => this.#look());
      addEventListener("pagehide", () => this.#wait([]));
      const events = { "koryu-address": look, popstate: look, "koryu-columns": () => this.#prepared() };
      for (const [event, act] of Object.entries(events)) {
        this.#page.addEventListener(event, act);
        addEventListener("pagehide", () => this.#page.removeEventListener(event, act));
      }
    }

    /** Rows have come from the server: whether they are still to be drawn. */
    answered(rows) {
      if (this.#page && !this.#known) setTimeout(() => this.#prepared()); // once they are drawn
      this.#known = rows;
      const nth = this.#pending.findIndex(({ asked }) => same(asked, rows.ahead?.asked));
      const found = this.#pending[nth];
      this.#wait(found ? this.#pending.slice(nth + 1) : []);
      if (this.#pending.length) return false;
      return !found || !same({ ...found.rows, ahead: null }, { ...rows, ahead: null });
    }

    async #look() {
      const now = this.#pending.at(-1) ?? { asked: this.#known?.ahead?.asked, rows: this.#known };
      // Closely looked at, the nation's flows are those of the part that is in sight: the server's answer.
      if (!now.asked || now.rows.flows.levels.some((level) => level.area)) return;
      const drawing = await this.#prepared();
      if (!drawing || this.#known?.ahead?.of !== this.#of) return;
      const wanted = drawing.conditions(this.#page.location.search);
      const asked = Object.values(wanted);
      // What stood at the sliders of another kind of years, the server alone knows.
      if (same(asked, now.asked) || wanted.mode !== now.asked[3]) return;
      // Back where the server was last: it may have nothing new to send.
      if (same(asked, this.#known.ahead.asked)) {
        this.#wait([]);
        this.#draw(this.#known);
        return;
      }
      const rows = drawing.rows(wanted, now);
      if (!rows) return;
      this.#wait([...this.#pending, { asked, rows }]);
      this.#draw(rows);
    }

    // What is said around the map is of before until the server answers, and looks so (screen/map.css).
    #wait(pending) {
      this.#pending = pending;
      this.#page?.document.documentElement.classList.toggle("k-ahead", pending.length > 0);
      clearTimeout(this.patience);
      if (!pending.length) return;
      this.patience = setTimeout(() => {
        this.#wait([]);
        this.#draw(this.#known);
      }, koryu.Ahead.patience);
    }

    /** The columns the page keeps, read once; null where they are not of what the map shows. */
    async #prepared() {
      const kept = this.#page.koryuColumns;
      if (kept && kept.of !== this.#of) {
        const [told, places] = await Promise.all([koryu.inflate(kept.sent), koryu.fetchJson("boundaries/places.json")]);
        this.#drawing = new Drawing(told, new Set(places.map(([code]) => code)));
        this.#of = kept.of;
      }
      return this.#drawing;
    }
  };
})();
