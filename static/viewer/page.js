/* A page that carries its data: filters, map, table. Data reaches the page only as text. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const { element, count } = koryu;
  const data = window.koryuData;
  const counts = new window.KoryuCounts(data, window.koryuFiles["boundaries/places.json"]);
  const start = window.koryuStart || {}; // what this page is about: an origin or a prefecture
  const form = document.querySelector("#filters");
  const originNames = new Map(data.origins.map(([code, name]) => [code, name]));
  // A page about one origin or prefecture keeps to it.
  const oneOrigin = Boolean(start.origin) || data.origins.length < 2;
  // Heading, class of its cells, how a cell is written, what its rows are sorted by.
  const COLUMNS = [
    ["相手", "", (flow) => counts.name(flow.code)],
    ["都道府県", "whole", (flow) => counts.prefecture(flow.code), (flow) => flow.code],
    [data.heading, "", (flow) => origins(flow), (flow) => flow.origins.length],
    ["事業", "number", (flow) => count(flow.projects.length), (flow) => flow.projects.length],
    ["分野", "mix", (flow) => flow.categories.join("、")],
    ["最初の年", "", (flow) => koryu.began(flow.first), (flow) => flow.first || 99999],
    ["距離", "number", (flow) => (flow.km === null ? "" : `${count(Math.round(flow.km))} km`), (flow) => flow.km],
  ].filter(([title]) => !(oneOrigin && title === data.heading) && !(start.prefecture && title === "都道府県"));
  const WHOLE = "絞り込みなし";
  const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup" };
  let order = { column: COLUMNS.findIndex(([title]) => title === "事業"), down: true };
  let shown = [];
  // What the page was written with is shown again where nothing is narrowed: the very sentences of the screens.
  const first = new Map(["#reach", "#summary"].map((place) => [place, document.querySelector(place).textContent]));
  const tables = window.KoryuTables ? new window.KoryuTables(data, counts, originNames) : null;

  const origins = (flow) =>
    flow.origins.length > 3 ? `${flow.origins.length}${data.noun}` : flow.origins.map((code) => originNames.get(code)).join("・");

  function options(select, pairs) {
    for (const [value, label] of pairs) {
      const option = element("option", "", label);
      option.value = value;
      select.append(option);
    }
  }

  function furnish() {
    // What only a script can do is not offered before.
    form.hidden = form.words.closest("label").hidden = false;
    options(form.origin, data.origins.map(([code, name]) => [code, name]));
    options(form.category, data.categories.map((name) => [name, name]));
    const [first, last] = data.years || [0, -1];
    const years = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    options(form.from, years.map((year) => [year, koryu.year(year)]));
    options(form.to, years.map((year) => [year, koryu.year(year, "年度")]).reverse());
    form.addEventListener("input", () => {
      draw();
      toAddress();
    });
    // It stands outside the form, beside the table.
    form.words.addEventListener("input", () => {
      table();
      toAddress();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () =>
      setTimeout(() => {
        draw();
        toAddress();
      })
    );
    if (oneOrigin) form.origin.closest("label").hidden = true;
    form.networks.defaultChecked = form.networks.checked = data.networks;
    // What the page holds none of is not asked for.
    if (!counts.links.some((link) => link.wide)) form.networks.closest("label").hidden = true;
    if (!data.unknown) {
      form.unknown.defaultChecked = form.unknown.checked = false;
      form.unknown.closest("label").hidden = true;
    }
    fromAddress();
    window.addEventListener("hashchange", () => {
      for (const box of form.elements) {
        if (box.type === "checkbox") box.checked = box.defaultChecked;
        else if (box.name) box.value = "";
      }
      fromAddress();
      draw();
    });
    // On a phone rows are laid out as cards (page.css), by which browsers forget that it is a table.
    for (const part of document.querySelectorAll("#flows table, #flows table > *")) part.role = ROLES[part.tagName];
    const head = document.querySelector("#flows thead tr");
    head.role = "row";
    head.replaceChildren();
    COLUMNS.forEach(([title, kind], nth) => {
      const cell = element("th", kind);
      cell.scope = "col";
      cell.role = "columnheader";
      const button = element("button", "", title);
      button.type = "button";
      button.addEventListener("click", () => {
        order = { column: nth, down: order.column === nth ? !order.down : false };
        table();
      });
      cell.append(button);
      head.append(cell);
    });
  }

  function filters() {
    return {
      origin: start.origin || form.origin.value,
      category: form.category.value,
      from: Number(form.from.value),
      to: Number(form.to.value),
      unknown: form.unknown.checked,
      networks: form.networks.checked,
    };
  }

  // What the filters take out of what the page holds.
  function sentence({ origin, category, from, to, unknown, networks }) {
    const narrowed = [
      start.origin ? "" : originNames.get(origin),
      category,
      from ? `${koryu.year(from)}から` : "",
      to ? `${koryu.year(to, "年度")}まで` : "",
      unknown || !data.unknown || from || to ? "" : "開始年の不明を除く",
      networks === data.networks ? "" : networks ? "広域の集まりを含める" : "個別の連携だけ",
    ].filter(Boolean);
    return narrowed.length ? `絞り込み: ${narrowed.join("／")}` : WHOLE;
  }

  // What narrows a sentence: as pipeline/words/claims.py writes it.
  function scope({ category, from, to, unknown }) {
    const { base } = data;
    const years = from && to ? `${koryu.year(from)}から${koryu.year(to, "年度")}までに` : from ? `${koryu.year(from)}以後に` : to ? `${koryu.year(to, "年度")}までに` : "";
    const parts = [...base, category, years ? `${years}始まった連携` : unknown || !data.unknown ? "" : "開始年の分かる連携"].filter(Boolean);
    return parts.length ? `${parts.join("のうち、")}では、` : "";
  }

  const ties = ({ networks }) => (networks ? "広域の集まりまで含めた連携" : "個別の連携");

  // The first of a ranking, and how many more have the last value named.
  function top(rows, name, value, limit = 3) {
    const sorted = rows.filter((row) => value(row)).sort((a, b) => value(b) - value(a));
    const shown = sorted.slice(0, limit).map((row) => `${name(row)}（${count(value(row))}）`).join("、");
    const same = sorted.slice(limit).filter((row) => value(row) === value(sorted[limit - 1])).length;
    return shown + (same ? `（同じ数がほかに${same}）` : "");
  }

  // How far it reaches: individual ties first, the wide networks second.
  function reach(asked, who, figures, other) {
    const before = `${scope(asked)}${who}は、`;
    const reached = ({ prefectures, municipalities }) => `${prefectures}都道府県・${count(municipalities)}市区町村`;
    if (!figures.projects) {
      const wide = !asked.networks && other.projects;
      return `${scope(asked)}${who}に、${wide ? "個別の連携" : "この条件に合う連携"}はありません。` + (wide ? `広域の集まりまで含めると${reached(other)}です。` : "");
    }
    if (asked.networks) return `${before}広域の集まりまで含めて全国${reached(figures)}とつながっています。うち個別の連携は${reached(other)}です。`;
    const same = other.municipalities === figures.municipalities && other.prefectures === figures.prefectures;
    return `${before}個別の連携で全国${reached(figures)}とつながっています。` + (same ? "" : `広域の集まりまで含めると${reached(other)}です。`);
  }

  // What nobody knows the beginning of, where years are asked for.
  function beside(asked) {
    if (!asked.from && !asked.to) return "";
    const undated = counts.figures(counts.select({ ...asked, from: 0, to: 0, unknown: true }).filter((link) => !link.began));
    const said = `${count(undated.projects)}事業（${count(undated.municipalities)}市区町村）`;
    return undated.projects ? `ほかに、開始年の分からない${ties(asked)}が${said}あり、この数に入れていません。` : "";
  }

  // What the map shows, in words.
  function summary(links, asked) {
    if (start.prefecture) {
      const each = data.origins.map(([code, name]) => {
        const own = links.filter((link) => link.project.origin === code);
        return { name, projects: new Set(own.map((link) => link.project)).size };
      });
      const tied = each.filter((origin) => origin.projects);
      const all = oneOrigin ? "" : `${tied.length}${data.noun}とつながりがあります。`;
      return `${scope(asked)}${ties(asked)}では、${all}事業が多いのは、${top(tied, (origin) => origin.name, (origin) => origin.projects)}です。`;
    }
    const reached = counts.flows(links, { bundle: true });
    const codes = new Set(reached.map((flow) => flow.code));
    const gaps = Object.keys(data.universe).filter((code) => data.universe[code] && !codes.has(code)).sort();
    const most = top(reached, (flow) => counts.name(flow.code), (flow) => flow.cities);
    const missing = gaps.length
      ? `${ties(asked)}のない${gaps.length}都道府県: ${gaps.map((code) => counts.name(code)).join("・")}。`
      : `${ties(asked)}のない都道府県はありません。`;
    return `${scope(asked)}${most ? `${ties(asked)}の相手の市区町村が多いのは、${most}です。` : ""}${missing}`;
  }

  // The filters stand in the address, so that a link brings them back.
  function toAddress() {
    const kept = [...form.elements].filter((box) =>
      box.type === "checkbox" ? box.checked !== box.defaultChecked : box.name && box.value && !box.closest("[hidden]")
    );
    const pairs = kept.map((box) => [box.name, box.type === "checkbox" ? "no" : box.value]);
    history.replaceState(null, "", `#${new URLSearchParams(pairs)}`);
  }

  function fromAddress() {
    for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
      const box = form.elements.namedItem(name);
      if (!box || !box.name || box.closest("[hidden]")) continue;
      if (box.type === "checkbox") box.checked = false;
      else if (box.type === "search" || [...box.options].some((option) => option.value === value)) box.value = value;
    }
  }

  // Write a sentence, or the one the page was written with.
  function say(place, words, narrowed) {
    document.querySelector(place).textContent = (!narrowed && first.get(place)) || words;
  }

  let map = null;
  function draw() {
    const asked = filters();
    const narrowed = sentence(asked) !== WHOLE;
    const all = counts.select(asked);
    const links = start.prefecture ? all.filter((link) => link.code.slice(0, 2) === start.prefecture.slice(0, 2)) : all;
    const figures = counts.figures(links);
    const who = asked.origin ? originNames.get(asked.origin) : data.subject;
    const possible = start.prefecture ? data.universe[start.prefecture] : figures.universe;
    const words = start.prefecture
      ? figures.municipalities
        ? `${scope(asked)}${who}は、${ties(asked)}で、${counts.name(start.prefecture)}の${count(possible)}市区町村のうち${count(figures.municipalities)}とつながっています。`
        : `${scope(asked)}${who}と${counts.name(start.prefecture)}の市区町村に、${ties(asked)}はありません。`
      : reach(asked, who, figures, counts.figures(counts.select({ ...asked, networks: !asked.networks }))) + beside(asked);
    say("#reach", words, narrowed);
    const written = {
      municipalities: `${count(figures.municipalities)} / ${count(possible)}`,
      prefectures: `${figures.prefectures} / ${Object.keys(data.universe).length}`,
      coverage: possible ? `${((100 * figures.municipalities) / possible).toFixed(1)}%` : "",
      projects: count(figures.projects),
    };
    for (const [name, text] of Object.entries(written)) {
      const place = document.querySelector(`[data-figure="${name}"]`);
      if (place) place.textContent = text;
    }
    say("#summary", figures.projects ? summary(links, asked) : "", narrowed);
    document.querySelector("#in-force").textContent = sentence(asked);
    map.koryu.set(counts.rows(all, { ...asked, prefecture: start.prefecture }), {
      send: (ids) => ids.partner_code && detail(ids.partner_code),
    });
    if (tables) tables.show(links, { narrowed, ties: ties(asked) });
    shown = counts.flows(links);
    detail(null);
    table();
  }

  function table() {
    const words = form.words.value.normalize("NFKC").trim();
    const text = (flow) => [counts.fullName(flow.code), ...flow.projects.map((project) => project.name)].join("\n");
    const rows = words ? shown.filter((flow) => text(flow).normalize("NFKC").includes(words)) : [...shown];
    const [, , write, value = write] = COLUMNS[order.column];
    const sign = order.down ? -1 : 1;
    rows.sort((a, b) => {
      const [one, other] = [value(a), value(b)];
      return sign * (typeof one === "string" ? one.localeCompare(other, "ja") : one - other);
    });
    document.querySelectorAll("#flows th").forEach((cell, nth) => {
      if (nth === order.column) cell.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
    document.querySelector("#flows tbody").replaceChildren(
      ...rows.map((flow) => {
        const row = element("tr");
        row.role = "row";
        COLUMNS.forEach(([title, kind, written], nth) => {
          const cell = element(nth ? "td" : "th", kind, nth ? written(flow) : undefined);
          cell.role = nth ? "cell" : "rowheader";
          cell.dataset.title = title;
          if (!nth) {
            cell.scope = "row";
            const button = element("button", "", written(flow));
            button.type = "button";
            button.addEventListener("click", () => detail(flow.code, true));
            cell.append(button);
          }
          row.append(cell);
        });
        return row;
      })
    );
    document.querySelector("#found").textContent = `${count(rows.length)} 件の相手`;
  }

  // The projects with a partner, or with everything in a prefecture.
  function detail(code, move = false) {
    const box = document.querySelector("#detail");
    box.hidden = !code;
    if (!code) return;
    const whole = code.endsWith("000");
    const flows = shown.filter((flow) => flow.code === code || (whole && flow.code.slice(0, 2) === code.slice(0, 2)));
    const projects = [...new Set(flows.flatMap((flow) => flow.projects))];
    const close = element("button", "", "閉じる");
    close.type = "button";
    close.addEventListener("click", () => detail(null));
    const list = element("ol");
    for (const project of projects) {
      const item = element("li");
      const { origin, categories, began, organiser, source, place, mark } = project;
      const printed = `${data.sources[source]} ${place}`;
      const by = organiser && `所管: ${organiser}`;
      const about = [originNames.get(origin), categories.join("・"), began === "不明" ? "開始年不明" : began, by, printed];
      item.append(element("strong", "", project.name), element("span", "", about.filter(Boolean).join("／")));
      if (mark) item.append(element("span", "corrected", mark));
      list.append(item);
    }
    const title = element("h2", "", `${counts.fullName(code)}との事業（${count(projects.length)}）`);
    title.tabIndex = -1;
    box.replaceChildren(title, close, list);
    if (move) title.focus();
  }

  // On paper the map keeps its shape and what it shows, made smaller to leave room for the heading (A4
  // landscape, page.css) and beside it for its legend. It is not drawn anew: browsers print a canvas drawn at that moment without what
  // lies below it.
  function toPaper(printing) {
    const box = map.getContainer();
    const { offsetWidth: width, offsetHeight: height } = box;
    const zoom = Math.min(1, 720 / width, 440 / height);
    const paper = { width: `${width}px`, height: `${height}px`, zoom: String(zoom) };
    Object.assign(box.style, printing ? paper : { width: "", height: "", zoom: "" });
    // On the map the legend may be folded, or lie over a frame.
    document.querySelector("#legend-on-paper")?.remove();
    if (!printing) return;
    const legend = element("div", "koryu-legend");
    legend.id = "legend-on-paper";
    legend.append(...[...map.koryu.legend.body.childNodes].map((part) => part.cloneNode(true)));
    box.after(legend);
  }

  koryu.loadShared().then(() => {
    furnish();
    // In place of the map that was written.
    const box = document.querySelector("#map");
    box.replaceChildren();
    box.classList.remove("plain");
    document.documentElement.classList.add("live");
    map = koryu.open("map", { label: document.querySelector("h1").textContent, bounds: data.bounds, views: [] });
    window.addEventListener("beforeprint", () => toPaper(true));
    window.addEventListener("afterprint", () => toPaper(false));
    draw();
  });
})();
