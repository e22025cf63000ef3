/* Flow lines on one canvas: curved ribbons that widen from the origin to the partner, and what lies under the
   pointer. Points, totals and labels are in marks.js, places with signs in signs.js. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const STEPS = 14; // vertices along a curve: within a pixel and a half at zoom 7
  // How far a curve leaves the straight line, as a share of its length, always to the right of the direction
  // of travel. More for the longest, so that near and far lines part.
  const BEND = [0.1, 0.24];
  const THINNEST = 1.2;
  const WIDEST = 7.5;
  const CROWD = 150; // lines
  const CLOSE = 7.5; // zoom from which a view is a region, not the country
  koryu.CLOSE = CLOSE;
  const REACH = 5; // pixels from a line at which the pointer still takes it
  const SMALL = 3.6; // radius of an origin among very many
  const EDGE = 4; // pixels: the edge of a circle is no wider, or it would hide its neighbours
  const LOOP = 9; // pixels: radius of a line that ends where it starts

  /** Line width in pixels: by the square root, so that one project stays visible beside hundreds.
      Of very many lines (`n`) each is a little thinner. */
  koryu.flowWidth = function (value, most, n = 0) {
    const slope = Math.min(2.4, (WIDEST - THINNEST) / Math.sqrt(Math.max(most - 1, 1)));
    return (THINNEST + slope * Math.sqrt(Math.max(value - 1, 0))) * (n > CROWD ? 0.75 : 1);
  };

  /** How opaque a line is where very many lie over each other: the wider, the more. */
  koryu.flowOpacity = (value, most) => 0.12 + 0.68 * (value / Math.max(most, 1)) ** 0.75;

  // Up to so many origins have a colour and a sign of their own.
  const OWN = ["blue", "flow-2", "flow-3"];
  const SIGNS = ["dot", "square", "diamond"];


  const inBox = (box, { x, y }) => x > box.left && x < box.right && y > box.top && y < box.bottom;

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

  // What ends where it starts goes once around that point.
  function loop({ x, y }) {
    const turns = Array.from({ length: STEPS + 1 }, (_, i) => ((i / STEPS) * 1.8 - 0.4) * Math.PI);
    return turns.map((turn) => L.point(x + LOOP * Math.cos(turn), y + LOOP * Math.sin(turn)));
  }

  /** The outline of a line that widens from a fifth to the whole of its width, at least so wide that it is seen. */
  koryu.ribbon = function (curve, width, extra = 0) {
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
      left.push({ x: curve[i].x + nx, y: curve[i].y + ny });
      right.push({ x: curve[i].x - nx, y: curve[i].y - ny });
    }
    return [...left, ...right.reverse()];
  };

  koryu.FlowCanvas = L.Renderer.extend({
    includes: [koryu.Marks, koryu.Signs],
    options: { pane: "koryu-flows", padding: 0.2 },

    initialize(options) {
      L.Renderer.prototype.initialize.call(this, options);
      this.flows = [];
      this.named = [];
      this.picked = null; // under the pointer
      koryu.look.addEventListener("change", () => this._map && this._paint());
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

    // As in L.Renderer, but on whole pixels: between them everything drawn would be blurred.
    _reset() {
      this._update();
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

    /** Draw these levels (flowmap.js), and places with signs or null; the rows say how many labels and what is selected. */
    show(levels, rows, signed) {
      this.levels = levels;
      this.rows = rows;
      this.signed = signed;
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
      if (flow === this.picked || (flow && this.picked && flow.key && flow.key === this.picked.key)) return;
      this.picked = flow;
      this.redraw();
    },

    /** The flow or origin under a layer point, the nearest first; points before lines. */
    at(point) {
      if (this.flows.length && this.level.between) {
        const place = this.places.find(
          ({ label, end, r }) => (label?.box && inBox(label.box, point)) || end.distanceTo(point) < r + 2
        );
        if (place) return { ...place, key: `* ${place.code}`, together: this.level.flows.filter((flow) => flow.code === place.code) };
      }
      let best = null;
      let nearest = REACH;
      for (const origin of (!this.level?.between && this.origins) || []) {
        if (origin.px.distanceTo(point) < origin.r + 2) return origin;
      }
      const under = this.flows.find(({ place: { label } }) => label?.box && inBox(label.box, point));
      if (under) return under;
      for (const flow of this.flows) {
        const inside = flow.place.end.distanceTo(point) - flow.place.r;
        if (inside < Math.min(nearest, 2)) {
          best = flow;
          nearest = Math.max(inside, 0);
        }
      }
      // Where flows of several origins end, the point stands for all of them.
      if (best && best.place.origins.size > 1) {
        const { place } = best;
        return { ...best, key: `* ${place.code}`, together: this.flows.filter((flow) => flow.place === place) };
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
        this.level = this._suiting().read();
        this._layOut();
        this._draw();
      }
      const taken = this.signed ? this._signs() : this._furniture();
      for (const { name, at } of this.named) this._over(this._map.latLngToLayerPoint(at), name, 11, taken);
      this.fire("painted");
    },

    // The closest level that has anything of what is seen.
    _suiting() {
      const zoom = this._map.getZoom();
      const seen = this._map.getBounds();
      const fit = this.levels.filter(({ minZoom, area }) => minZoom <= zoom && (!area || seen.intersects(area)));
      return fit.pop() || this.levels[0];
    },

    // Screen geometry of every flow at the present zoom.
    _layOut() {
      const map = this._map;
      const view = this._bounds;
      const { level } = this;
      const own = level.origins.length <= OWN.length;
      this.origins = level.origins.map((origin, nth) => ({
        ...origin,
        px: map.latLngToLayerPoint(origin.at),
        r: level.crowded ? SMALL : 5.5,
        colour: own ? OWN[nth] : OWN[0],
        sign: own ? SIGNS[nth] : SIGNS[0],
      }));
      const starts = new Map(this.origins.map((origin) => [origin.code, origin]));
      // Flows of several origins may end at one place: its label counts them together.
      const places = new Map();
      const add = ({ code, name, at }, more) => places.set(code, { code, name, end: map.latLngToLayerPoint(at), origins: new Set(), ...more });
      // Places of which more is known than the lines that are drawn.
      for (const end of level.ends) add(end, { value: end.value, lines: end.lines, whole: true, r: 2.6 });
      for (const flow of level.flows) {
        const place = places.get(flow.code);
        if (place) {
          if (!place.whole) place.value += flow.value;
          place.gone = place.gone && flow.gone;
          place.origins.add(flow.origin.code);
        } else {
          add(flow, { value: flow.value, gone: flow.gone, origins: new Set([flow.origin.code]) });
        }
      }
      // Where lines run between places, those without any to them are places, too.
      if (level.between) for (const origin of level.origins) if (!places.has(origin.code)) add(origin, { value: 0 });
      for (const place of places.values()) {
        place.shared = own && place.origins.size > 1;
        place.origin = starts.get(place.origins.values().next().value) || this.origins[0];
      }
      this.places = [...places.values()].sort((a, b) => b.value - a.value || (a.code < b.code ? -1 : 1));
      if (level.totals) this._arrange();
      if (level.between) for (const origin of this.origins) origin.px = places.get(origin.code).end;

      const { most } = level;
      const farthest = level.flows.reduce((n, flow) => Math.max(n, flow.km), 1);
      const close = map.getZoom() >= CLOSE;
      // Closer in, lines that only pass through or lead away would hide those that end here.
      let lines = close ? level.flows.filter((flow) => view.contains(places.get(flow.code).end)) : level.flows;
      if (level.between) {
        for (const flow of lines) if (flow.origin.code === flow.code) places.get(flow.code).within = flow;
        lines = lines.filter((flow) => flow.origin.code !== flow.code);
      }
      const kept = this._widest(lines);
      for (const flow of lines) {
        if (!kept.has(flow) && !this._chosen(flow)) continue;
        const place = places.get(flow.code);
        const origin = starts.get(flow.origin.code);
        const share = BEND[0] + (BEND[1] - BEND[0]) * Math.sqrt(flow.km / farthest);
        const curve = origin.px.distanceTo(place.end) < 1 ? loop(place.end) : bezier(origin.px, place.end, share);
        const box = L.bounds(curve);
        if (!close && !view.intersects(box)) continue;
        const width = koryu.flowWidth(flow.value, most, level.flows.length);
        const opacity = level.crowded ? koryu.flowOpacity(flow.value, most) : null;
        place.r = Math.max(place.r || 0, width / 2 + 0.8, place.shared ? 3.6 : 2.6);
        this.flows.push({ ...flow, foremost: kept.has(flow), place, box, curve, width, opacity, colour: origin.colour });
      }
      this.places = this.places.filter((place) => place.r && (!place.whole || view.contains(place.end)));
      const within = this.places.reduce((n, place) => Math.max(n, place.within?.value ?? 0), 1);
      for (const place of this.places) if (place.within) place.edge = EDGE * Math.sqrt(place.within.value / within);
      this._count(kept.size, lines.map((flow) => places.get(flow.code)), close);
    },

    // As many as can be told apart.
    _widest(lines) {
      const most = this.level.between ? koryu.lines.between : koryu.lines.closer;
      return new Set(lines.length > most ? [...lines].sort((a, b) => b.value - a.value).slice(0, most) : lines);
    },

    // How many lines are drawn, and of how many; closer in, of those that end in the part that is seen.
    _count(kept, ends, close) {
      if (!close) {
        this.left = ends.length > kept ? { drawn: kept, all: ends.length } : null;
        return;
      }
      const { left, top, right, bottom } = this._visible();
      const seen = { left, top, right, bottom };
      const drawn = this.flows.filter(({ foremost, place }) => foremost && inBox(seen, place.end)).length;
      const known = this.places.filter((place) => place.whole && inBox(seen, place.end));
      const all = known.length ? known.reduce((sum, { lines }) => sum + lines, 0) : ends.filter(({ end }) => inBox(seen, end)).length;
      this.left = all > drawn ? { drawn, all } : null;
    },

    _chosen(flow) {
      const { picked } = this;
      if (picked && picked.isOrigin) return flow.origin.code === picked.code;
      if (picked) return picked.together ? flow.code === picked.code : flow.key === picked.key;
      const { selected } = this.rows;
      if (!selected) return false;
      const wanted = selected.partner_code;
      // A prefecture stands for everything in it, and a bundle for each place it holds.
      const whole = (wanted || "").endsWith("000") || this.level.totals;
      const there = whole ? flow.code.slice(0, 2) === (wanted || "").slice(0, 2) : flow.code === wanted;
      return (!selected.origin_code || flow.origin.code === selected.origin_code) && (!wanted || there);
    },

    _draw() {
      const ctx = this._ctx;
      const chosen = this.flows.filter((flow) => this._chosen(flow));
      const others = this.flows.filter((flow) => !chosen.includes(flow));
      const crowd = Math.min(1, Math.sqrt(60 / Math.max(this.flows.length, 1)));
      // Colours of several origins need more of themselves to be told apart.
      const base = new Set(this.flows.map((flow) => flow.colour)).size > 1 ? 0.35 : 0.25;
      this.opacity = base + 0.45 * crowd;
      // Narrow ones last, so that a wide one never hides them.
      others.sort((a, b) => b.width - a.width);
      // Of very many the widest, which are the most opaque.
      if (this.level.crowded) others.reverse();
      for (const flow of others) {
        ctx.globalAlpha = (flow.opacity ?? this.opacity) * (chosen.length ? 0.35 : 1);
        this._ribbon(flow, 0, flow.colour);
      }
      ctx.globalAlpha = 1;
      for (const flow of chosen) {
        this._ribbon(flow, 3, "none");
        this._ribbon(flow, 1, flow.colour);
      }
      const marked = new Set(chosen.map((flow) => flow.code));
      if (this.level.crowded && !this.level.totals) this._rings();
      if (this.level.totals) this._totals(marked);
      else this._points(marked, chosen.length > 0);
      const taken = this._taken();
      this._origins(taken);
      this._labels(taken, marked);
    },

    // A tie that is gone is hollow and broken.
    _ribbon(flow, extra, colour) {
      const ctx = this._ctx;
      const [first, ...others] = koryu.ribbon(flow.curve, flow.width, extra);
      ctx.beginPath();
      ctx.moveTo(first.x, first.y);
      for (const { x, y } of others) ctx.lineTo(x, y);
      ctx.closePath();
      if (flow.gone && colour !== "none") {
        ctx.strokeStyle = koryu.colour(colour);
        ctx.lineWidth = 1.4;
        ctx.setLineDash([5, 4]);
        ctx.stroke();
        ctx.setLineDash([]);
        return;
      }
      ctx.fillStyle = koryu.colour(colour);
      ctx.fill();
    },
  });
})();
