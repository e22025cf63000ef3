/* The plain tables of a single file under its filters: counted anew, and as they were written where nothing is narrowed. */
(function () {
  "use strict";
  const { element, count, began } = window.koryu;
  const NONE = "なし";
  const EACH = "相手ごと";

  /** `data` is what the page carries, `counts` counts it, `names` has the names of the origins by their codes. */
  window.KoryuTables = class {
    constructor(data, counts, names) {
      Object.assign(this, { data, counts, names });
      // A page of one origin has no column of origins.
      this.alone = data.origins.length < 2;
      this.tables = new Map(["all-prefectures", "all-projects"].map((id) => [id, this.#written(id)]));
    }

    #written(id) {
      const table = document.getElementById(id);
      const title = table.querySelector("h2");
      const kinds = [...table.tHead.rows[0].cells].map((cell) => cell.className);
      return { table, body: table.tBodies[0], title, words: title.textContent, kinds };
    }

    /** Show what the filters keep; `narrowed` where that is not what the page was written with. */
    show(links, { narrowed, ties }) {
      for (const place of document.querySelectorAll("[data-whole]")) place.hidden = narrowed;
      const codes = Object.keys(this.data.universe).sort();
      this.#put("all-prefectures", narrowed, () => `都道府県ごとの${ties}（${codes.length}都道府県）`, () => this.#prefectures(links, codes));
      this.#put("all-projects", narrowed, (rows) => `事業（${count(rows.length)}）`, () => this.#projects(links));
    }

    #put(id, narrowed, words, make) {
      const { table, body, title, words: first, kinds } = this.tables.get(id);
      const rows = narrowed ? make() : [];
      title.textContent = narrowed ? words(rows) : first;
      const shown = element("tbody");
      shown.append(...(rows.length ? rows : [[NONE, ...kinds.slice(1).fill("")]]).map((cells) => this.#row(cells, kinds)));
      table.tBodies[0].replaceWith(narrowed ? shown : body);
    }

    #row([first, ...cells], [, ...kinds]) {
      const row = element("tr");
      const head = element("th", "", first);
      head.scope = "row";
      row.append(head, ...cells.map((words, nth) => element("td", kinds[nth], words)));
      return row;
    }

    #prefectures(links, codes) {
      const { counts, data } = this;
      const flows = new Map(counts.flows(links, { bundle: true }).map((flow) => [flow.code, flow]));
      const direct = new Set(links.map((link) => link.code));
      const { alone } = this;
      return codes.map((code) => {
        const flow = flows.get(code);
        const [possible, cities] = [data.universe[code], flow ? flow.cities : 0];
        const cells = [
          counts.name(code),
          `${count(cities)} / ${count(possible)}`,
          `${(possible ? (100 * cities) / possible : 0).toFixed(1)}%`,
          count(flow ? flow.projects.length : 0),
          count(flow ? flow.origins.length : 0),
          direct.has(code) ? "あり" : NONE,
          flow ? began(flow.first) : NONE,
        ];
        return alone ? cells.filter((_, nth) => nth !== 4) : cells;
      });
    }

    #projects(links) {
      const { counts, data, names } = this;
      const groups = new Map(data.projects.map((project) => [project, []]));
      for (const link of links) groups.get(link.project).push(link);
      const { alone } = this;
      return [...groups]
        .filter(([, own]) => own.length)
        .sort(([a], [b]) => (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : 0))
        .map(([project, own]) => {
          const years = own.map((link) => began(link.began) + (link.above && link.began ? "（上の欄の年）" : ""));
          const each = new Set(years).size > 1;
          const partners = own.map((link, nth) => counts.fullName(link.code) + (each ? ` ${years[nth]}` : ""));
          const where = data.sources.length > 1 ? `${data.shorts[project.source]} ${project.place}` : project.place;
          const name = project.name + (project.mark ? `（${project.mark}）` : "");
          const cells = [name, names.get(project.origin), project.categories.join("・"), each ? EACH : years[0], [...new Set(partners)].join("、"), where];
          return alone ? cells.filter((_, nth) => nth !== 1) : cells;
        });
    }
  };
})();
