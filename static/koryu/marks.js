/* What is drawn on the canvas beside the lines: points, totals in circles, labels that keep clear of each
   other. Mixed into koryu.FlowCanvas (flows.js), which holds the places, the level and the rows. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const { colour } = koryu;
  const FONT = '"BIZ UDPGothic", "Yu Gothic UI", "Hiragino Sans", "Noto Sans CJK JP", sans-serif';
  const ORIGIN_LABEL = [9, 17]; // from the common origin of all flows to its name

  // The point itself, then points around it, those away from the origin first.
  function nearby(at, origin) {
    const outward = Math.atan2(at.y - origin.y, at.x - origin.x);
    const around = [at];
    for (const distance of [7, 12, 17, 23])
      for (const turn of [0, 1, -1, 2, -2, 3, -3, 4, -4]) {
        const angle = outward + (turn * Math.PI) / 6;
        around.push(at.add([distance * Math.cos(angle), distance * Math.sin(angle)]));
      }
    return around;
  }

  koryu.Marks = {
    // Totals stand in circles; where only the prefecture itself is a partner, its last character (県). Where two
    // would overlap, the smaller moves aside a little, tied to its place by a thin line; where there is no room at
    // all it becomes a plain small circle.
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
        place.text = place.value ? koryu.count(place.value) : place.name.slice(-1);
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
        else this._sign(place.end, place.r, place.origin.sign, colour(place.origin.colour));
      }
      this._ctx.globalAlpha = 1;
    },

    _sign(at, radius, sign, fill) {
      if (sign === "dot") return this._dot(at, radius, fill, colour("none"), 1);
      const ctx = this._ctx;
      const half = sign === "square" ? radius : radius * 1.4;
      const corners = sign === "square" ? [[-1, -1], [1, -1], [1, 1], [-1, 1]] : [[0, -1], [1, 0], [0, 1], [-1, 0]];
      ctx.beginPath();
      for (const [x, y] of corners) ctx.lineTo(at.x + x * half, at.y + y * half);
      ctx.closePath();
      ctx.fillStyle = fill;
      ctx.fill();
      ctx.strokeStyle = colour("none");
      ctx.lineWidth = 1;
      ctx.stroke();
    },

    _totals(marked) {
      const ctx = this._ctx;
      ctx.font = `600 11px ${FONT}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      for (const place of this.places) {
        if (!place.text) this._dot(place.end, place.r, colour("none"), colour("blue"), 1.5);
        else if (place.anchor !== place.end) {
          ctx.beginPath();
          ctx.moveTo(place.anchor.x, place.anchor.y);
          ctx.lineTo(place.end.x, place.end.y);
          ctx.strokeStyle = colour("ink");
          ctx.lineWidth = 1;
          ctx.stroke();
          this._dot(place.anchor, 1.8, colour("ink"));
        }
      }
      for (const place of this.places) {
        if (!place.text) continue;
        const on = marked.has(place.code);
        this._dot(place.end, place.r, on ? colour("blue") : colour("none"), colour("blue"), 1.5);
        ctx.fillStyle = on ? colour("on-blue") : colour("ink");
        ctx.fillText(place.text, place.end.x, place.end.y + 0.5);
      }
    },

    _origins(boxes) {
      for (const origin of this.origins) this._dot(origin.px, origin.r, colour("none"), colour(origin.colour), 2.5);
      for (const origin of this.origins) {
        if (this.level.totals) this._write(origin.px.add(ORIGIN_LABEL), origin.name, "", 13);
        else this._label(origin.px, origin.r + 4, origin.name, "", 13, boxes);
      }
    },

    _labels(boxes, marked) {
      if (this.level.totals) return;
      // The closer, the more room.
      let left = this.rows.labels * Math.max(1, 2 ** (this._map.getZoom() - 7));
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
