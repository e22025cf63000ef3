/* What is drawn on the canvas beside the lines: points, totals in circles, labels that keep clear of each
   other. Mixed into koryu.FlowCanvas (flows.js), which holds the places, the level and the rows. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const { colour } = koryu;
  const FONT = '"BIZ UDPGothic", "Yu Gothic UI", "Hiragino Sans", "Noto Sans CJK JP", sans-serif';
  const holds = (box, { x, y }) => x > box.left && x < box.right && y > box.top && y < box.bottom;
  const square = ({ x, y }, half) => ({ left: x - half, top: y - half, right: x + half, bottom: y + half });

  const TEXT = 11; // size of type of a total
  const HIGH = 16; // of its box
  const BEYOND = 40; // pixels around what is seen
  const TRIES = 4; // names that are tried for each that finds room, among very many

  // Shapes of points: how much larger than a dot, so that they look as large, and their corners.
  const CORNERS = {
    square: [1, [[-1, -1], [1, -1], [1, 1], [-1, 1]]],
    diamond: [1.4, [[0, -1], [1, 0], [0, 1], [-1, 0]]],
    triangle: [1.3, [[0, -1], [0.95, 0.75], [-0.95, 0.75]]],
  };

  koryu.Marks = {
    // Totals stand with their names on their own land; where there is no room, aside with a line to it, without the
    // name, or as a point alone (koryu.placeTotals).
    _arrange() {
      const [origin] = this.origins;
      if (!origin) return;
      const { between } = this.level;
      const { land } = this.options;
      const view = this._visible();
      const grid = land.grid(this._map);
      const ctx = this._ctx;
      ctx.font = `600 ${TEXT}px ${FONT}`;
      const width = (text) => ctx.measureText(text).width;
      const seen = this.places.filter((place) => holds(view, place.end));
      const labels = seen.map((place) => {
        // Where only the prefecture itself is a partner, there is no number to write.
        place.number = place.value ? koryu.count(place.value) : "";
        place.short = place.number ? place.name.replace(/[都府県]$/, "") : place.name;
        place.alone = place.number || place.name.slice(-1);
        const spots = land.points(place.code).map((at) => this._map.latLngToLayerPoint(at));
        return {
          code: place.code,
          at: place.end,
          spots: spots.length ? spots : [place.end],
          pill: [width(place.short) + (place.number ? width(place.number) + 3 : 0) + 9, HIGH],
          circle: [Math.max(HIGH, width(place.alone) + 8), HIGH],
        };
      });
      const taken = [...this._furniture(), ...this._titles()];
      let away = origin.px;
      if (between) {
        const middle = (axis) => labels.reduce((sum, { at }) => sum + at[axis], 0) / Math.max(labels.length, 1);
        away = L.point(middle("x"), middle("y"));
      } else {
        // The name of the origin beside it, as one of them.
        ctx.font = `600 13px ${FONT}`;
        labels.unshift({ code: "", at: origin.px, spots: [], pill: [width(origin.name) + 8, 18], circle: [0, 0] });
        taken.push(square(origin.px, origin.r + 1));
      }
      const key = JSON.stringify([this._map.getZoom(), view, taken, labels.map(({ code, pill }) => [code, ...pill])]);
      if (key !== this.arranged?.key) {
        const shares = (code, rectangle) => land.shares(grid, code, rectangle);
        this.arranged = { key, chosen: koryu.placeTotals(labels, { view, taken, frames: this._frames(), shares, away }) };
      }
      const chosen = [...this.arranged.chosen];
      if (!between) origin.label = chosen.shift();
      seen.forEach((place, nth) => { Object.assign(place, { end: chosen[nth].at, label: chosen[nth], r: 2.6 }); });
    },

    // The part of the map that is seen, a little inside its edges.
    _visible() {
      const corner = this._map.containerPointToLayerPoint([0, 0]);
      const { x, y } = this._map.getSize();
      return { left: corner.x + 3, top: corner.y + 3, right: corner.x + x - 3, bottom: corner.y + y - 3 };
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

    // A point in the colour and the shape of its origin; a ring where several meet.
    _points(marked, fade) {
      for (const place of this.places) {
        this._ctx.globalAlpha = fade && !marked.has(place.code) ? 0.4 : 1;
        if (place.shared) this._dot(place.end, place.r, colour("none"), colour("ink"), 2);
        else if (place.gone) this._dot(place.end, place.r, colour("none"), colour(place.origin.colour), 1.6);
        else this._sign(place.end, place.r, place.origin.sign, colour(place.origin.colour));
      }
      this._ctx.globalAlpha = 1;
    },

    _sign(at, radius, sign, fill, edge = 1) {
      if (sign === "ring") {
        this._dot(at, radius + edge, colour("none"));
        return this._dot(at, radius - 1, colour("none"), fill, 2);
      }
      if (sign === "dot") return this._dot(at, radius, fill, colour("none"), edge);
      const ctx = this._ctx;
      const [grown, corners] = CORNERS[sign];
      ctx.beginPath();
      for (const [x, y] of corners) ctx.lineTo(at.x + x * radius * grown, at.y + y * radius * grown);
      ctx.closePath();
      ctx.fillStyle = fill;
      ctx.fill();
      ctx.strokeStyle = colour("none");
      ctx.lineWidth = edge;
      ctx.stroke();
    },

    _totals(marked) {
      const ctx = this._ctx;
      const labelled = this.places.filter((place) => place.label);
      for (const place of labelled) {
        if (place.label.line) this._tie(place.label.line);
        if (place.label.line || !place.label.box) this._dot(place.end, place.r, colour("blue"), colour("none"), 1);
      }
      for (const { label, code, short, number, alone, edge = 0 } of labelled) {
        if (!label.box) continue;
        const on = marked.has(code);
        const { left, top, right, bottom } = label.box;
        ctx.beginPath();
        ctx.roundRect(left, top, right - left, bottom - top, (bottom - top) / 2);
        ctx.fillStyle = on ? colour("blue") : colour("none");
        ctx.fill();
        ctx.strokeStyle = colour("blue");
        // What stays within a prefecture has no length: it is the edge of its circle.
        ctx.lineWidth = Math.max(1.2, edge);
        ctx.stroke();
        ctx.font = `600 ${TEXT}px ${FONT}`;
        ctx.textAlign = "left";
        ctx.textBaseline = "middle";
        const middle = (top + bottom) / 2 + 0.5;
        const ink = on ? colour("on-blue") : colour("ink");
        ctx.fillStyle = ink;
        if (label.named) {
          ctx.fillText(short, left + 4.5, middle);
          ctx.fillStyle = on ? ink : colour("blue");
          ctx.fillText(number, left + 7.5 + ctx.measureText(short).width, middle);
        } else ctx.fillText(alone, (left + right - ctx.measureText(alone).width) / 2, middle);
      }
      // For the legend: whether there is more to see closer up.
      this.unnamed = labelled.some(({ label }) => !label.named);
    },

    // From a point to its label that stands aside.
    _tie([from, to]) {
      const ctx = this._ctx;
      for (const [name, width] of [["halo", 2.6], ["ink", 1]]) {
        ctx.beginPath();
        ctx.moveTo(from.x, from.y);
        ctx.lineTo(to.x, to.y);
        ctx.strokeStyle = colour(name);
        ctx.lineWidth = width;
        ctx.stroke();
      }
    },

    // Very many origins, which are each other's partners and have their names as such.
    _rings() {
      const seen = this.origins.filter(({ px }) => this._bounds.contains(px));
      for (const { px, r } of seen) this._dot(px, r, colour("none"), colour("blue"), 1.2);
    },

    _origins(taken) {
      if (this.level.crowded) return;
      for (const origin of this.origins) this._dot(origin.px, origin.r, colour("none"), colour(origin.colour), 2.5);
      for (const origin of this.origins) {
        if (!this.level.totals) this._label(origin.px, origin.r + 4, origin.name, "", 13, taken);
        else if (origin.label?.box) {
          const { line, box } = origin.label;
          this._tie(line);
          this._dot(origin.px, origin.r, colour("none"), colour(origin.colour), 2.5);
          this._write(L.point(box.left + 4, (box.top + box.bottom) / 2), origin.name, "", 13);
        }
      }
    },

    _labels(taken, marked) {
      if (this.level.totals) return;
      // The closer, the more room.
      const left = this.rows.labels * Math.max(1, 2 ** (this._map.getZoom() - 7));
      let order = [...this.places].sort((a, b) => marked.has(b.code) - marked.has(a.code));
      if (this.level.crowded) order = order.slice(0, TRIES * left);
      let named = 0;
      for (const place of order) {
        if (named >= left) break;
        if (this._label(place.end, place.r + 3, place.name, koryu.count(place.value), 12, taken)) named += 1;
      }
      this.unnamed = named < this.places.length;
    },

    // What no label may cover: legend and buttons, origins, and every point, whose it does not become.
    _taken() {
      const all = [...this.places.map(({ end, r }) => ({ at: end, r })), ...this.origins.map(({ px, r }) => ({ at: px, r }))];
      const view = this._visible();
      // What lies farther off is covered by no label in view.
      const near = { left: view.left - BEYOND, top: view.top - BEYOND, right: view.right + BEYOND, bottom: view.bottom + BEYOND };
      const points = all.filter(({ at }) => holds(near, at));
      return { view, boxes: [...this._furniture(), ...this._titles()], points, lines: [], far: true };
    },

    // What already stands on the map, in layer points.
    _furniture() {
      const { x, y } = this._map.containerPointToLayerPoint([0, 0]);
      return koryu.standing(this._map, 0).map(({ left, top, right, bottom }) => ({
        left: left + x,
        top: top + y,
        right: right + x,
        bottom: bottom + y,
      }));
    },

    // The frames of far islands, in layer points.
    _frames() {
      return koryu.frames.map((frame) => {
        const [low, high] = [[frame.south, frame.west], [frame.north, frame.east]].map(([lat, lon]) =>
          this._map.latLngToLayerPoint(koryu.shifted(frame, lat, lon))
        );
        return { left: low.x, top: high.y, right: high.x, bottom: low.y };
      });
    },

    // The names of the frames of far islands, in layer points.
    _titles() {
      return [...this._map.getContainer().querySelectorAll(".koryu-frame")].map((title) => {
        const { x, y } = L.DomUtil.getPosition(title);
        return { left: x, top: y, right: x + title.offsetWidth, bottom: y + title.offsetHeight };
      });
    },

    // Write a name and a number beside their point, where nothing is yet and no other point is nearer.
    _label(at, gap, name, number, size, taken) {
      const ctx = this._ctx;
      ctx.font = `600 ${size}px ${FONT}`;
      const width = ctx.measureText(name).width + (number ? ctx.measureText(number).width + 4 : 0);
      const found = koryu.placeName(at, gap, [width + 4, size + 4], taken);
      if (!found) return false;
      const { box, line } = found;
      taken.boxes.push(box);
      if (line) {
        taken.lines.push(line);
        this._tie(line);
      }
      this._write(L.point(box.left + 2, (box.top + box.bottom) / 2), name, number, size);
      return true;
    },

    // Write a name over its area, where nothing is yet.
    _over(at, name, size, boxes) {
      const ctx = this._ctx;
      ctx.font = `600 ${size}px ${FONT}`;
      const [wide, high] = [ctx.measureText(name).width / 2 + 2, size / 2 + 2];
      const box = { left: at.x - wide, right: at.x + wide, top: at.y - high, bottom: at.y + high };
      const { left, top, right, bottom } = this._visible();
      if (box.left < left || box.right > right || box.top < top || box.bottom > bottom) return;
      if (boxes.some((o) => o.left < box.right && o.right > box.left && o.top < box.bottom && o.bottom > box.top)) return;
      boxes.push(box);
      this._write(L.point(box.left + 2, at.y), name, "", size);
    },

    _write(at, name, number, size) {
      const ctx = this._ctx;
      ctx.font = `600 ${size}px ${FONT}`;
      ctx.textAlign = "left";
      ctx.textBaseline = "middle";
      ctx.lineJoin = "round";
      ctx.lineWidth = 3.5;
      ctx.strokeStyle = colour("halo");
      ctx.strokeText(name, at.x, at.y);
      ctx.fillStyle = colour("ink");
      ctx.fillText(name, at.x, at.y);
      if (!number) return;
      const after = at.x + ctx.measureText(name).width + 4;
      ctx.strokeText(number, after, at.y);
      ctx.fillStyle = colour("blue");
      ctx.fillText(number, after, at.y);
    },
  };
})();
