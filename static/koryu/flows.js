/* Flow lines on one canvas: curved ribbons that widen from the origin to the partner, partner points,
   totals in circles, labels that keep clear of each other, and what lies under the pointer. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const FONT = '"BIZ UDPGothic", "Yu Gothic UI", "Hiragino Sans", "Noto Sans CJK JP", sans-serif';
  const BLUE = "#0017c1";
  const INK = "#1a1a1c";
  const STEPS = 14; // vertices along a curve: within a pixel and a half at zoom 7
  // How far a curve leaves the straight line, as a share of its length, always to the right of the direction
  // of travel. More for the longest, so that near and far lines part.
  const BEND = [0.1, 0.24];
  const THINNEST = 1.2;
  const WIDEST = 7.5;
  const ORIGIN_LABEL = [9, 17]; // from the common origin of all flows to its name
  const REACH = 5; // pixels from a line at which the pointer still takes it

  /** Line width in pixels: by the square root, so that one project stays visible beside hundreds. */
  koryu.flowWidth = function (value, most) {
    const slope = Math.min(1.3, (WIDEST - THINNEST) / Math.sqrt(Math.max(most - 1, 1)));
    return THINNEST + slope * Math.sqrt(Math.max(value - 1, 0));
  };

  function bezier(start, end, share) {
    const bendX = (start.x + end.x) / 2 - (end.y - start.y) * share;
    const bendY = (start.y + end.y) / 2 + (end.x - start.x) * share;
    const steps = start.distanceTo(end) < 40 ? 6 : STEPS;
    const curve = [];
    for (let i = 0; i <= steps; i++) {
      const t = i / steps;
      const a = (1 - t) * (1 - t);
      const b = 2 * t * (1 - t);
      const c = t * t;
      curve.push(L.point(a * start.x + b * bendX + c * end.x, a * start.y + b * bendY + c * end.y));
    }
    return curve;
  }

  // The point itself, then points around it, those away from the origin first.
  function nearby(at, origin) {
    const outward = Math.atan2(at.y - origin.y, at.x - origin.x);
    const around = [at];
    for (const distance of [7, 12, 17])
      for (const turn of [0, 1, -1, 2, -2, 3, -3, 4, -4]) {
        const angle = outward + (turn * Math.PI) / 6;
        around.push(at.add([distance * Math.cos(angle), distance * Math.sin(angle)]));
      }
    return around;
  }

  koryu.FlowCanvas = L.Renderer.extend({
    options: { pane: "koryu-flows", padding: 0.2 },

    initialize(options) {
      L.Renderer.prototype.initialize.call(this, options);
      this.flows = [];
      this.named = [];
      this.picked = null; // under the pointer
    },

    _initContainer() {
      this._container = L.DomUtil.create("canvas", "koryu-canvas");
      this._container.setAttribute("aria-hidden", "true"); // the page says the same as text and table
      this._ctx = this._container.getContext("2d");
    },

    _destroyContainer() {
      L.Util.cancelAnimFrame(this._frame);
      this._container.remove();
      delete this._container;
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = size.x * ratio;
      this._container.height = size.y * ratio;
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
      this._ctx.setTransform(ratio, 0, 0, ratio, -this._bounds.min.x * ratio, -this._bounds.min.y * ratio);
      this._paint();
    },

    /** Draw these levels (flowmap.js); the rows say how many labels and what is selected. */
    show(levels, rows) {
      this.levels = levels;
      this.rows = rows;
      this.picked = null;
      if (this._map) this._paint();
    },

    /** Write the names of these places ({ name, at }) where there is room. */
    name(places) {
      if (!places.length && !this.named.length) return;
      this.named = places;
      this.redraw();
    },

    redraw() {
      L.Util.cancelAnimFrame(this._frame);
      this._frame = L.Util.requestAnimFrame(this._paint, this);
    },

    pick(flow) {
      if (flow === this.picked) return;
      this.picked = flow;
      this.redraw();
    },

    /** The flow or origin under a layer point, the nearest first; points before lines. */
    at(point) {
      let best = null;
      let nearest = REACH;
      for (const origin of this.origins || []) {
        if (origin.px.distanceTo(point) < origin.r + 2) return origin;
      }
      for (const flow of this.flows) {
        const inside = flow.place.end.distanceTo(point) - flow.place.r;
        if (inside < Math.min(nearest, 2)) {
          best = flow;
          nearest = Math.max(inside, 0);
        }
      }
      if (best) return best;
      for (const flow of this.flows) {
        const { min, max } = flow.box;
        if (point.x < min.x - REACH || point.x > max.x + REACH || point.y < min.y - REACH || point.y > max.y + REACH)
          continue;
        for (let i = 1; i < flow.curve.length; i++) {
          const away = L.LineUtil.pointToSegmentDistance(point, flow.curve[i - 1], flow.curve[i]);
          if (away < nearest) {
            nearest = away;
            best = flow;
          }
        }
      }
      return best;
    },

    _paint() {
      const ctx = this._ctx;
      const { min, max } = this._bounds;
      ctx.clearRect(min.x, min.y, max.x - min.x, max.y - min.y);
      this.flows = [];
      this.origins = [];
      if (this.levels && this.levels.length) {
        const zoom = this._map.getZoom();
        this.level = this.levels.filter((level) => level.minZoom <= zoom).pop() || this.levels[0];
        this._layOut();
        this._draw();
      }
      const taken = this._furniture();
      for (const { name, at } of this.named) this._label(this._map.latLngToLayerPoint(at), 0, name, "", 11, taken, true);
      this.fire("painted");
    },

    // Screen geometry of every flow at the present zoom.
    _layOut() {
      const map = this._map;
      const view = this._bounds;
      const { level } = this;
      this.origins = level.origins.map((origin) => ({ ...origin, px: map.latLngToLayerPoint(origin.at), r: 5.5 }));
      const starts = new Map(this.origins.map((origin) => [origin.code, origin.px]));
      // Flows of several origins may end at one place: its label counts them together.
      const places = new Map();
      for (const flow of level.flows) {
        const place = places.get(flow.code);
        if (place) place.value += flow.value;
        else places.set(flow.code, { code: flow.code, name: flow.name, end: map.latLngToLayerPoint(flow.at), value: flow.value });
      }
      this.places = [...places.values()].sort((a, b) => b.value - a.value);
      if (level.totals) this._arrange();

      const most = level.flows.reduce((n, flow) => Math.max(n, flow.value), 1);
      const farthest = level.flows.reduce((n, flow) => Math.max(n, flow.km), 1);
      for (const flow of level.flows) {
        const place = places.get(flow.code);
        const start = starts.get(flow.origin.code);
        const share = BEND[0] + (BEND[1] - BEND[0]) * Math.sqrt(flow.km / farthest);
        const curve = bezier(start, place.end, share);
        const box = L.bounds(curve);
        // Closer in, lines that only pass through or lead away would hide those that end here.
        if (!(level.minZoom ? view.contains(place.end) : view.intersects(box))) continue;
        const width = koryu.flowWidth(flow.value, most);
        place.r = Math.max(place.r || 0, width / 2 + 0.8, 2.6);
        this.flows.push({ ...flow, place, box, curve, width });
      }
      this.places = this.places.filter((place) => place.r);
    },

    // Totals stand in circles. Where two would overlap, the smaller moves aside a little, tied to its place by
    // a thin line; where there is no room at all it becomes a plain small circle.
    _arrange() {
      const ctx = this._ctx;
      const [origin] = this.origins;
      if (!origin) return;
      const taken = this.origins.map(({ px, r }) => ({ at: px, r: r + 2 }));
      ctx.font = `600 13px ${FONT}`;
      const written = ctx.measureText(origin.name).width;
      for (let x = 6; x < written; x += 9) taken.push({ at: origin.px.add(ORIGIN_LABEL).add([x, 0]), r: 7 });
      ctx.font = `600 11px ${FONT}`;
      for (const place of this.places) {
        place.anchor = place.end;
        place.text = koryu.count(place.value);
        place.r = Math.max(8.5, ctx.measureText(place.text).width / 2 + 4);
        const free = nearby(place.end, origin.px).find((at) =>
          taken.every((other) => other.at.distanceTo(at) > other.r + place.r + 1)
        );
        if (free) {
          place.end = free;
          taken.push({ at: free, r: place.r });
        } else {
          place.text = "";
          place.r = 3.5;
        }
      }
    },

    _chosen(flow) {
      const { picked } = this;
      if (picked) return picked.isOrigin ? flow.origin.code === picked.code : flow.key === picked.key;
      const { selected } = this.rows;
      if (!selected) return false;
      return (
        (!selected.ward_code || flow.origin.code === selected.ward_code) &&
        (!selected.partner_code || flow.code === selected.partner_code)
      );
    },

    _draw() {
      const ctx = this._ctx;
      const chosen = this.flows.filter((flow) => this._chosen(flow));
      const others = this.flows.filter((flow) => !chosen.includes(flow));
      const crowd = Math.min(1, Math.sqrt(60 / Math.max(this.flows.length, 1)));
      const opacity = (0.1 + 0.45 * crowd) * (chosen.length ? 0.35 : 1);
      // Narrow ones last, so that a wide one never hides them.
      others.sort((a, b) => b.width - a.width);
      ctx.fillStyle = BLUE;
      ctx.globalAlpha = opacity;
      for (const flow of others) this._ribbon(flow, 0);
      ctx.globalAlpha = 1;
      for (const flow of chosen) {
        ctx.fillStyle = "#ffffff";
        this._ribbon(flow, 3);
        ctx.fillStyle = BLUE;
        this._ribbon(flow, 1);
      }
      const boxes = [
        ...this._furniture(),
        ...this.origins.map((o) => new L.Bounds(o.px.subtract([7, 7]), o.px.add([7, 7]))),
      ];
      const marked = new Set(chosen.map((flow) => flow.code));
      if (this.level.totals) this._totals(marked);
      else this._points(marked, chosen.length > 0);
      this._origins(boxes);
      this._labels(boxes, marked);
    },

    _ribbon(flow, extra) {
      const ctx = this._ctx;
      const { curve, width } = flow;
      const last = curve.length - 1;
      const left = [];
      const right = [];
      for (let i = 0; i <= last; i++) {
        const before = curve[Math.max(i - 1, 0)];
        const after = curve[Math.min(i + 1, last)];
        const dx = after.x - before.x;
        const dy = after.y - before.y;
        const length = Math.hypot(dx, dy) || 1;
        const half = (Math.max(width * (0.2 + (0.8 * i) / last), 0.7) + extra) / 2;
        const nx = (-dy / length) * half;
        const ny = (dx / length) * half;
        left.push(curve[i].x + nx, curve[i].y + ny);
        right.push(curve[i].x - nx, curve[i].y - ny);
      }
      ctx.beginPath();
      ctx.moveTo(left[0], left[1]);
      for (let i = 2; i < left.length; i += 2) ctx.lineTo(left[i], left[i + 1]);
      for (let i = right.length - 2; i >= 0; i -= 2) ctx.lineTo(right[i], right[i + 1]);
      ctx.closePath();
      ctx.fill();
    },

    _dot(at, radius, fill, stroke, weight) {
      const ctx = this._ctx;
      ctx.beginPath();
      ctx.arc(at.x, at.y, radius, 0, 2 * Math.PI);
      ctx.fillStyle = fill;
      ctx.fill();
      if (!stroke) return;
      ctx.strokeStyle = stroke;
      ctx.lineWidth = weight;
      ctx.stroke();
    },

    _points(marked, fade) {
      for (const place of this.places) {
        this._ctx.globalAlpha = fade && !marked.has(place.code) ? 0.4 : 1;
        this._dot(place.end, place.r, BLUE, "#ffffff", 1);
      }
      this._ctx.globalAlpha = 1;
    },

    _totals(marked) {
      const ctx = this._ctx;
      ctx.font = `600 11px ${FONT}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      for (const place of this.places) {
        if (!place.text) this._dot(place.end, place.r, "#ffffff", BLUE, 1.5);
        else if (place.anchor !== place.end) {
          ctx.beginPath();
          ctx.moveTo(place.anchor.x, place.anchor.y);
          ctx.lineTo(place.end.x, place.end.y);
          ctx.strokeStyle = INK;
          ctx.lineWidth = 1;
          ctx.stroke();
          this._dot(place.anchor, 1.8, INK);
        }
      }
      for (const place of this.places) {
        if (!place.text) continue;
        const on = marked.has(place.code);
        this._dot(place.end, place.r, on ? BLUE : "#ffffff", BLUE, 1.5);
        ctx.fillStyle = on ? "#ffffff" : INK;
        ctx.fillText(place.text, place.end.x, place.end.y + 0.5);
      }
    },

    _origins(boxes) {
      for (const origin of this.origins) this._dot(origin.px, origin.r, "#ffffff", BLUE, 2.5);
      for (const origin of this.origins) {
        if (this.level.totals) this._write(origin.px.add(ORIGIN_LABEL), origin.name, "", 13);
        else this._label(origin.px, origin.r + 4, origin.name, "", 13, boxes);
      }
    },

    _labels(boxes, marked) {
      if (this.level.totals) return;
      let left = this.rows.labels;
      const order = [...this.places].sort((a, b) => marked.has(b.code) - marked.has(a.code));
      for (const place of order) {
        if (left <= 0) break;
        if (this._label(place.end, place.r + 3, place.name, koryu.count(place.value), 12, boxes)) left -= 1;
      }
    },

    // What already stands on the map: legend and buttons.
    _furniture() {
      const box = this._map.getContainer();
      const corner = this._map.containerPointToLayerPoint([0, 0]).subtract([
        box.getBoundingClientRect().left,
        box.getBoundingClientRect().top,
      ]);
      return [...box.querySelectorAll(".leaflet-control")].map((control) => {
        const { left, top, right, bottom } = control.getBoundingClientRect();
        return new L.Bounds(corner.add([left, top]), corner.add([right, bottom]));
      });
    },

    // Write a label on its point (`over`), right, left, above or below it: the first place where nothing is yet.
    _label(at, gap, name, number, size, boxes, over = false) {
      const ctx = this._ctx;
      ctx.font = `600 ${size}px ${FONT}`;
      const width = ctx.measureText(name).width + (number ? ctx.measureText(number).width + 4 : 0);
      const half = size / 2 + 2;
      const view = this._map.containerPointToLayerPoint([0, 0]);
      const visible = new L.Bounds(view, view.add(this._map.getSize()));
      const spots = [
        ...(over ? [[-width / 2, 0]] : []),
        [gap, 0],
        [-gap - width, 0],
        [-width / 2, -gap - half + 2],
        [-width / 2, gap + half - 2],
        [gap, half + 2],
        [gap, -half - 2],
      ];
      for (const spot of spots) {
        const start = at.add(spot);
        const box = new L.Bounds(start.subtract([2, half]), start.add([width + 2, half]));
        if (!visible.contains(box) || boxes.some((other) => other.overlaps(box))) continue;
        boxes.push(box);
        this._write(start, name, number, size);
        return true;
      }
      return false;
    },

    _write(at, name, number, size) {
      const ctx = this._ctx;
      ctx.font = `600 ${size}px ${FONT}`;
      ctx.textAlign = "left";
      ctx.textBaseline = "middle";
      ctx.lineJoin = "round";
      ctx.lineWidth = 3.5;
      ctx.strokeStyle = "rgba(255, 255, 255, 0.92)";
      ctx.strokeText(name, at.x, at.y);
      ctx.fillStyle = INK;
      ctx.fillText(name, at.x, at.y);
      if (!number) return;
      const after = at.x + ctx.measureText(name).width + 4;
      ctx.strokeText(number, after, at.y);
      ctx.fillStyle = BLUE;
      ctx.fillText(number, after, at.y);
    },
  });
})();
