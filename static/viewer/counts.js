/* What is counted of the links a page carries: the same figures and flows as geo/insight/metrics.py and geo/insight/flows.py. */
(function () {
  "use strict";
  const prefectureOf = (code) => `${code.slice(0, 2)}000`;
  const isPrefecture = (code) => code.endsWith("000");

  /** The data of a page (pipeline/deliver/web.py) and questions to it. */
  window.KoryuCounts = class {
    constructor(data, places) {
      this.data = data;
      this.places = new Map(places.map(([code, name, lat, lon]) => [code, { code, name, point: [lat, lon] }]));
      this.links = data.links.project.map((nth, i) => ({
        project: data.projects[nth],
        code: data.partners[data.links.partner[i]],
        began: data.links.began[i],
        wide: data.links.wide[i] === 1,
        above: data.links.above[i] === 1,
      }));
    }

    name(code) {
      const place = this.places.get(code);
      return place ? place.name : code;
    }

    prefecture(code) {
      return this.name(prefectureOf(code));
    }

    /** The name that no other place has: 広島県府中市, 広島県. */
    fullName(code) {
      return isPrefecture(code) ? this.name(code) : `${this.prefecture(code)}${this.name(code)}`;
    }

    /** The links that the filters keep: { origin, category, from, to, unknown, networks }. */
    select({ origin, category, from, to, unknown, networks }) {
      return this.links.filter(
        ({ project, began, wide }) =>
          (!origin || project.origin === origin) &&
          (!category || project.categories.includes(category)) &&
          (networks || !wide) &&
          (began ? (!from || began >> 1 >= from) && (!to || began >> 1 <= to) : unknown && !from && !to)
      );
    }

    figures(links) {
      const cities = new Set(links.map((link) => link.code).filter((code) => !isPrefecture(code)));
      return {
        municipalities: cities.size,
        universe: Object.values(this.data.universe).reduce((all, n) => all + n, 0),
        prefectures: new Set(links.map((link) => prefectureOf(link.code))).size,
        projects: new Set(links.map((link) => link.project)).size,
      };
    }

    /** One row a partner, most projects first: { code, projects, origins, first, categories, cities, from, km }. */
    flows(links, { bundle = false, perOrigin = false, between = false } = {}) {
      const groups = new Map();
      for (const link of links) {
        const code = bundle ? prefectureOf(link.code) : link.code;
        const origin = perOrigin ? link.project.origin : between ? prefectureOf(link.project.origin) : "";
        const key = `${origin} ${code}`;
        if (!groups.has(key)) groups.set(key, { origin, code, links: [] });
        groups.get(key).links.push(link);
      }
      const origins = new Set(links.map((link) => link.project.origin));
      const middle = perOrigin || between ? null : this.#middle(origins);
      const from = ({ origin }) => middle || (between ? this.places.get(origin).point : this.#middle(new Set([origin])));
      const rows = [...groups.values()].map((group) => this.#counted(group, from(group)));
      return rows.sort((a, b) => b.projects.length - a.projects.length || (a.code < b.code ? -1 : 1));
    }

    #counted({ origin, code, links }, from) {
      const starts = links.map((link) => link.began).filter(Boolean);
      const projects = [...new Set(links.map((link) => link.project))];
      const place = this.places.get(code);
      return {
        origin,
        code,
        projects,
        origins: [...new Set(projects.map((project) => project.origin))].sort(),
        cities: new Set(links.map((link) => link.code).filter((each) => !isPrefecture(each))).size,
        first: starts.length ? Math.min(...starts) : 0,
        categories: [...new Set(projects.flatMap((project) => project.categories))].sort(),
        from,
        km: place ? window.koryu.kilometres(from, place.point) : null,
      };
    }

    // Where the flows of origins begin (see geo/insight/flows.py): the mean of the points of those that have any.
    #middle(origins) {
      const points = this.data.origins.filter(([code]) => origins.has(code)).map(([, , lat, lon]) => [lat, lon]);
      const mean = (axis) => points.reduce((sum, point) => sum + point[axis], 0) / Math.max(points.length, 1);
      return [mean(0), mean(1)];
    }

    /** Rows for the map (see geo/draw/web/folium_map.py): flows, or the municipalities of one prefecture. */
    rows(links, { origin, prefecture = "" }) {
      if (prefecture) return { areas: this.#areas(links, prefecture) };
      const start = origin ? "origin" : this.data.start;
      const few = start === "origin";
      const between = start === "prefecture";
      const cities = this.#level(this.flows(links, { perOrigin: few, between }), few ? 0 : 7.5, false, between);
      const levels = few ? [cities] : [this.#level(this.flows(links, { bundle: true, between }), 0, true, between), cities];
      return { flows: { levels, labels: 12, selected: null }, areas: this.#areas(links) };
    }

    #level(flows, minZoom, totals, between = false) {
      const { origins, categories, subject } = this.data;
      const drawn = flows.filter((flow) => flow.km !== null).sort((a, b) => (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : 0));
      const starts = new Map(drawn.map((flow) => [flow.origin, flow.from]));
      const named = new Map(origins.map(([code, name]) => [code, name]));
      const name = (code) => (between ? this.name(code) : named.get(code) || subject);
      const cities = totals && !between;
      return {
        minZoom,
        totals,
        between: totals && between,
        crowded: between,
        value: cities ? "n_municipalities" : "n_projects",
        measure: cities ? "連携する市区町村の数" : "事業の数",
        noun: between ? "都道府県" : this.data.noun,
        direction: totals && between ? "細い端の都道府県から、太い端の都道府県へ" : `細い端が${this.data.noun}${between ? "のある都道府県" : ""}、太い端が連携先`,
        origins: [...starts].map(([code, from]) => [code, name(code), ...from]),
        counts: [...starts.keys()].map((code) => drawn.filter((flow) => flow.origin === code).length),
        partners: drawn.map((flow) => flow.code).join(""),
        n_projects: drawn.map((flow) => flow.projects.length),
        n_municipalities: drawn.map((flow) => flow.cities),
        years: drawn.map((flow) => flow.first),
        categories,
        mixes: drawn.map((flow) => flow.categories.reduce((bits, name) => bits + 2 ** categories.indexOf(name), 0)),
      };
    }

    #areas(links, prefecture = "") {
      const { legends, universe } = this.data;
      const cities = new Map(this.flows(links, { bundle: true }).map((flow) => [flow.code, flow.cities]));
      const codes = Object.keys(universe);
      const areas = {
        title: "連携する市区町村",
        codes,
        classes: codes.map((code) => Number(cities.has(code))),
        texts: codes.map((code) => String(cities.get(code) || 0)),
        legend: legends.reached,
      };
      if (!prefecture) return areas;
      const counts = new Map(this.flows(links).map((flow) => [flow.code, flow.projects.length]));
      const inside = [...this.places.keys()].filter((code) => prefectureOf(code) === prefecture && !isPrefecture(code));
      return {
        ...areas,
        focus: prefecture,
        drill: {
          prefectures: [prefecture],
          title: "連携の有無",
          codes: inside,
          classes: inside.map((code) => Number(counts.has(code))),
          texts: inside.map((code) => (counts.has(code) ? `${counts.get(code)} 事業` : "なし")),
          legend: legends.partnered,
        },
      };
    }
  };
})();
