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

  /** What stands over a map, legend and buttons: rectangles in its pixels, a little larger than they are. */
  koryu.standing = function (map, more = 3) {
    const box = map.getContainer();
    const { left: x, top: y } = box.getBoundingClientRect();
    return [...box.querySelectorAll(".leaflet-control")]
      .map((control) => control.getBoundingClientRect())
      .filter(({ width }) => width)
      .map(({ left, top, right, bottom }) => ({
        left: left - x - more,
        top: top - y - more,
        right: right - x + more,
        bottom: bottom - y + more,
      }));
  };

  const TOLD = 3; // flows of one place told in full

  /** What a flow is; `reached` is what the ground says of a bundle's prefecture: partners of all; `noun` an origin. */
  koryu.flowTooltip = function (flow, reached, noun) {
    const box = element("div");
    if (flow.together) {
      box.append(element("p", "koryu-tip-title", flow.fullName));
      const most = [...flow.together].sort((a, b) => b.projects - a.projects);
      for (const each of most.slice(0, TOLD))
        box.append(element("p", "koryu-tip-part", `${each.origin.name} から`), listing(facts(each)));
      if (most.length > TOLD) box.append(element("p", "koryu-tip-part", `ほか${most.length - TOLD}${noun}から`));
      return box;
    }
    box.append(element("p", "koryu-tip-title", `${flow.origin.name} → ${flow.fullName}`));
    box.append(listing(facts(flow, reached)));
    return box;
  };

  /** What comes to a place of all others; `reached` is what the ground says of it. */
  koryu.placeTooltip = function (place, reached) {
    const box = element("div");
    box.append(element("p", "koryu-tip-title", place.name));
    const pairs = [["届いた事業", `${count(place.value)} 件`]];
    if (place.within) pairs.push(["うち同じ都道府県から", `${count(place.within.projects)} 件`]);
    if (reached) pairs.push(["市区町村", reached]);
    const others = place.together.filter((flow) => flow.origin.code !== place.code).sort((a, b) => b.projects - a.projects);
    const most = others.slice(0, TOLD).map((flow) => `${flow.origin.name}（${count(flow.projects)}）`);
    if (others.length > TOLD) most.push(`ほか${others.length - TOLD}`);
    if (most.length) pairs.push(["ほかの都道府県から", most.join("、")]);
    box.append(listing(pairs));
    return box;
  };

  function facts(flow, reached) {
    const pairs = [["事業", `${count(flow.projects)} 件`]];
    if (reached) pairs.push(["市区町村", reached]);
    else if (flow.municipalities > 1 || flow.isPrefecture) pairs.push(["市区町村", `${count(flow.municipalities)}`]);
    if (flow.categories.length) pairs.push(["分野", flow.categories.join("、")]);
    pairs.push(["最初の年", koryu.began(flow.first)], ["距離", `${count(flow.km)} km`]);
    if (flow.gone !== undefined) pairs.push(["前の版との違い", flow.gone ? "なくなったつながり" : "新しいつながり"]);
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

  // A heading with its signs behind it: [what draws the sign, words].
  function key(title, signs) {
    const row = element("ul", "koryu-swatches");
    for (const [sign, words] of signs) {
      const item = element("li");
      item.append(sign, element("span", "", words));
      row.append(item);
    }
    const box = element("div", "koryu-key");
    if (title) box.append(element("h2", "", title));
    box.append(row);
    return box;
  }

  function swatches(area) {
    return area.legend.map((entry) => {
      const swatch = element("span", entry.hatch ? "koryu-swatch koryu-none" : "koryu-swatch");
      if (!entry.hatch) swatch.style.backgroundColor = koryu.token(entry.colour);
      return [swatch, entry.label];
    });
  }

  // Up to three strokes as they are drawn: of one, of some, of most.
  function strokes(level, colour) {
    const { most } = level;
    const steps = [...new Set([1, Math.max(1, Math.round(most / 3)), most])];
    return steps.map((step) => {
      const drawn = stroke(koryu.flowWidth(step, most, level.flows.length), colour);
      if (level.crowded) drawn.firstChild.style.fillOpacity = koryu.flowOpacity(step, most);
      return [drawn, count(step)];
    });
  }

  const LONG = 34; // pixels of a stroke

  function stroke(width, colour) {
    const high = Math.max(Math.ceil(width), 2);
    const curve = Array.from({ length: 9 }, (_, i) => L.point((i * LONG) / 8, high / 2));
    const NS = "http://www.w3.org/2000/svg";
    const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS(NS, tag));
    const size = { width: LONG, height: high, viewBox: `0 0 ${LONG} ${high}`, class: "koryu-stroke", "aria-hidden": "true" };
    for (const [name, value] of Object.entries(size)) svg.setAttribute(name, value);
    path.setAttribute("d", `M${koryu.ribbon(curve, width).map(({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}Z`);
    path.style.fill = koryu.token(colour);
    svg.append(path);
    return svg;
  }

  function sign(shape, colour) {
    const drawn = element("span", `koryu-sign koryu-${shape}`);
    drawn.style.setProperty("--sign", koryu.token(colour));
    return drawn;
  }

  // Places by their signs, each with how many there are, and the origins beside them.
  function places({ legend, origins, noun }) {
    const found = legend.map((each) => [sign(each.shape, each.colour), `${each.label}（${count(each.count)}）`]);
    return origins.length ? [...found, [sign("origin", "ink"), noun]] : found;
  }

  // The points of the map: where lines begin and end; of each origin, where they can be told apart.
  function signs(level, origins) {
    if (level.gone)
      return [
        [sign("ring", "blue"), level.noun],
        [sign("dot", "blue"), "新しいつながり"],
        [sign("hollow", "blue"), "なくなったつながり（破線）"],
      ];
    const few = origins.length > 1 && origins.length <= 3;
    const found = few
      ? origins.map((origin) => [sign(origin.sign, origin.colour), `${origin.name}の連携先`])
      : [[sign("ring", "blue"), level.noun], [sign("dot", "blue"), "連携先"]];
    if (few && level.shared) found.push([sign("ring", "ink"), "共通の連携先"]);
    return found;
  }

  koryu.Legend = L.Control.extend({
    options: { position: "topleft" },

    onAdd() {
      // A native disclosure: keyboard and screen reader know it; closed where the map is narrow.
      this.box = element("details", "koryu-legend");
      this.box.open = this._map.getSize().x >= 560;
      this.body = element("div");
      this.box.append(element("summary", "", "凡例"), this.body);
      this.box.hidden = true;
      this.box.addEventListener("toggle", () => this.options.changed());
      L.DomEvent.disableClickPropagation(this.box);
      return this.box;
    },

    /** Explain the areas, the level of flows with its origins as they are drawn, and places with signs; `more` is seen closer up. */
    update(areas, level, origins, more, signed) {
      const parts = [];
      const shown = areas ? areas.drill || areas : null;
      if (shown && shown.legend.length) parts.push(key(shown.title, swatches(shown)));
      if (areas && areas.note && !areas.drill) parts.push(element("p", "", areas.note));
      if (level && level.flows.length) {
        parts.push(key(`線の太さ・数字：${level.measure}`, strokes(level, origins[0].colour)));
        const words = [level.direction, level.hint || (more ? "拡大すると、ほかの名前も" : "")].filter(Boolean).join("。");
        parts.push(element("p", "", words));
        if (level.between) parts.push(element("p", "", "丸の数字は届いた事業の合計、ふちの太さはそのうち同じ都道府県から"));
        if (level.totals && more) parts.push(element("p", "", "数字だけの丸や点にも、拡大すると名前が出ます"));
        if (!level.totals) parts.push(key("", signs(level, origins)));
      }
      if (signed) {
        parts.push(key(signed.title, places(signed)));
        if (more) parts.push(element("p", "", "拡大すると、ほかの名前も"));
      }
      if (areas && areas.marked) parts.push(key("", [[element("span", "koryu-swatch koryu-marked"), "選んだところ"]]));
      this.body.replaceChildren(...parts);
      this.box.hidden = !parts.length;
    },
  });

  koryu.Credit = L.Control.extend({
    // The polygons bring theirs along, in their file: nothing of it is in what a run sends.
    options: { position: "bottomright", tiles: "", polygons: "" },
    onAdd() {
      this.box = element("div", "koryu-credit");
      return this.box;
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

  /** What the map leaves out, said to whoever sees it and to whoever hears it. */
  koryu.Note = L.Control.extend({
    options: { position: "bottomright" },
    onAdd() {
      this.box = element("p", "koryu-note");
      this.box.setAttribute("role", "status");
      return this.box;
    },
    /** Say something, or nothing; whether that is anything else than before. */
    say(words) {
      if (this.box.textContent === words) return false;
      this.box.textContent = words;
      return true;
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

  /** Turning the wheel scrolls the page; with Ctrl it zooms. Whoever turns it over the map is told so. */
  koryu.guardWheel = function (map) {
    const box = map.getContainer();
    const hint = element("p", "koryu-hint", "Ctrlキーを押しながらホイールを回すと、拡大・縮小します");
    hint.hidden = true;
    box.append(hint);
    let timer;
    const turned = (event) => {
      // A pinch on a touchpad comes as a wheel with Ctrl.
      const zooms = event.ctrlKey || event.metaKey;
      clearTimeout(timer);
      hint.hidden = zooms;
      if (zooms) return;
      event.stopPropagation();
      timer = setTimeout(() => (hint.hidden = true), 1500);
    };
    box.addEventListener("wheel", turned, { capture: true, passive: true });
  };

  /** A visible sentence over the map when something it needs is missing. */
  koryu.warn = function (map, text) {
    const note = element("p", "koryu-warning", text);
    note.setAttribute("role", "alert");
    map.getContainer().append(note);
  };
})();
