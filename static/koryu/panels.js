/* What is written on the map beside the drawing: tooltip, legend, credit, messages, the buttons for a view. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const { element, count } = koryu;

  function listing(pairs) {
    const list = element("dl");
    for (const [term, text] of pairs) list.append(element("dt", "", term), element("dd", "", text));
    return list;
  }

  const TOLD = 3; // flows of one place told in full

  /** What a flow is; `reached` is what the ground says of a bundle's prefecture: partners of all. */
  koryu.flowTooltip = function (flow, reached) {
    const box = element("div");
    if (flow.together) {
      box.append(element("p", "koryu-tip-title", flow.fullName));
      const most = [...flow.together].sort((a, b) => b.projects - a.projects);
      for (const each of most.slice(0, TOLD))
        box.append(element("p", "koryu-tip-part", `${each.origin.name} から`), listing(facts(each)));
      if (most.length > TOLD) box.append(element("p", "koryu-tip-part", `ほか${most.length - TOLD}区から`));
      return box;
    }
    box.append(element("p", "koryu-tip-title", `${flow.origin.name} → ${flow.fullName}`));
    box.append(listing(facts(flow, reached)));
    return box;
  };

  function facts(flow, reached) {
    const pairs = [["事業", `${count(flow.projects)} 件`]];
    if (reached) pairs.push(["市区町村", reached]);
    else if (flow.municipalities > 1 || flow.isPrefecture) pairs.push(["市区町村", `${count(flow.municipalities)}`]);
    if (flow.categories.length) pairs.push(["分野", flow.categories.join("、")]);
    pairs.push(["最初の年", koryu.began(flow.first)], ["距離", `${count(flow.km)} km`]);
    return pairs;
  }

  koryu.areaTooltip = function (name, label, text) {
    const box = element("div");
    box.append(element("p", "koryu-tip-title", name));
    if (text) box.append(listing([[label, text]]));
    return box;
  };

  koryu.Tooltip = class {
    constructor(map) {
      this.map = map;
      this.box = element("div", "koryu-tip");
      this.box.setAttribute("role", "tooltip");
      this.box.hidden = true;
      map.getContainer().append(this.box);
    }

    show(content, point) {
      this.box.replaceChildren(content);
      this.box.hidden = false;
      const size = this.map.getSize();
      const { offsetWidth: width, offsetHeight: height } = this.box;
      const x = point.x + 16 + width > size.x ? point.x - 12 - width : point.x + 16;
      const y = Math.min(Math.max(point.y - height / 2, 4), size.y - height - 4);
      this.box.style.transform = `translate(${Math.max(x, 4)}px, ${y}px)`;
    }

    hide() {
      this.box.hidden = true;
    }
  };

  function swatches(area) {
    const row = element("ul", "koryu-swatches");
    for (const entry of area.legend) {
      const item = element("li");
      const swatch = element("span", entry.hatch ? "koryu-swatch koryu-none" : "koryu-swatch");
      if (!entry.hatch) swatch.style.backgroundColor = koryu.token(entry.colour);
      item.append(swatch, element("span", "", entry.label));
      row.append(item);
    }
    return row;
  }

  // Up to three widths: one, some, most.
  function widths(level) {
    const most = level.flows.reduce((n, flow) => Math.max(n, flow.value), 1);
    const steps = [...new Set([1, Math.max(1, Math.round(most / 3)), most])];
    const row = element("ul", "koryu-swatches");
    for (const step of steps) {
      const item = element("li");
      const line = element("span", "koryu-width");
      line.style.height = `${koryu.flowWidth(step, most, level.flows.length)}px`;
      item.append(line, element("span", "", count(step)));
      row.append(item);
    }
    return row;
  }

  // The points of the map: where lines begin and end; of each origin, where they can be told apart.
  function signs(level, origins) {
    const row = element("ul", "koryu-swatches");
    const add = (sign, colour, words) => {
      const item = element("li");
      const drawn = element("span", `koryu-sign koryu-${sign}`);
      drawn.style.setProperty("--sign", koryu.token(colour));
      item.append(drawn, element("span", "", words));
      row.append(item);
    };
    const few = origins.length > 1 && origins.length <= 3;
    if (few) for (const { sign, colour, name } of origins) add(sign, colour, `${name}の連携先`);
    else {
      add("ring", "blue", "区");
      add("dot", "blue", "連携先");
    }
    if (few && level.shared) add("ring", "ink", "共通の連携先");
    return row;
  }

  koryu.Legend = L.Control.extend({
    options: { position: "topleft" },

    onAdd() {
      // A native disclosure: keyboard and screen reader know it; closed where the map is narrow.
      this.box = element("details", "koryu-legend");
      this.box.open = this._map.getSize().x >= 560;
      this.box.append(element("summary", "", "凡例"), (this.body = element("div")));
      this.box.hidden = true;
      L.DomEvent.disableClickPropagation(this.box);
      L.DomEvent.disableScrollPropagation(this.box);
      return this.box;
    },

    /** Explain the areas, and the level of flows with its origins as they are drawn. */
    update(areas, level, origins) {
      const parts = [];
      const shown = areas ? areas.drill || areas : null;
      if (shown && shown.legend.length) parts.push(element("h2", "", shown.title), swatches(shown));
      if (areas && areas.note && !areas.drill) parts.push(element("p", "", areas.note));
      if (level && level.flows.length) {
        const title = level.totals ? `線の太さ・丸の数字：${level.measure}` : `線の太さ：${level.measure}`;
        const words = [level.direction, level.hint].filter(Boolean).join("。");
        parts.push(element("h2", "", title), widths(level), element("p", "", words));
        if (!level.totals) parts.push(signs(level, origins));
      }
      if (areas && areas.marked) {
        const row = element("ul", "koryu-swatches");
        const item = element("li");
        item.append(element("span", "koryu-swatch koryu-marked"), element("span", "", "選んだところ"));
        row.append(item);
        parts.push(row);
      }
      this.body.replaceChildren(...parts);
      this.box.hidden = !parts.length;
    },
  });

  koryu.Credit = L.Control.extend({
    // The polygons bring theirs along, in their file: nothing of it is in what a run sends.
    options: { position: "bottomright", tiles: "", polygons: "" },
    onAdd() {
      return (this.box = element("div", "koryu-credit"));
    },
    /** Say whose tiles or polygons are shown. */
    set(words) {
      const { tiles, polygons } = Object.assign(this.options, words);
      this.box.textContent = [tiles, polygons].filter(Boolean).join("・");
    },
  });

  /** Buttons that show a part of the map: [name, what to do]. */
  koryu.Views = L.Control.extend({
    options: { position: "bottomleft" },
    onAdd() {
      const bar = element("div", "leaflet-bar koryu-views");
      for (const [name, go] of this.options.views) {
        const button = element("button", "koryu-home", name);
        button.type = "button";
        button.title = `${name}を表示する`;
        button.addEventListener("click", go);
        bar.append(button);
      }
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    },
  });

  /** A year that has to be seen from the last row: [large, small], or null for none. */
  koryu.Stamp = L.Control.extend({
    options: { position: "bottomright" },
    onAdd() {
      this.box = element("p", "koryu-stamp");
      this.box.hidden = true;
      return this.box;
    },
    show(words) {
      this.box.hidden = !words;
      if (words) this.box.replaceChildren(element("b", "", words[0]), element("span", "", words[1]));
    },
  });

  /** A visible sentence over the map when something it needs is missing. */
  koryu.warn = function (map, text) {
    const note = element("p", "koryu-warning", text);
    note.setAttribute("role", "alert");
    map.getContainer().append(note);
  };
})();
