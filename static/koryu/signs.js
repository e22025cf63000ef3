/* Places told apart by a sign, a shape in a colour of its own, with their names where there is room; the origins beside
   them. Mixed into koryu.FlowCanvas (flows.js), which holds the rows as flowmap.js has read them. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const { colour, element } = koryu;
  const EDGE = 1.6; // pixels around a sign, so that it stands out from any area
  const REACH = 3; // pixels from a sign at which the pointer still takes it
  // Larger where a view is a region; of very many a little smaller.
  const CROWD = 150;
  const CLOSE = 7.5;

  koryu.Signs = {
    /** The place or origin under a layer point, or null. */
    signAt(point) {
      if (!this.signed) return null;
      let best = null;
      let nearest = REACH;
      for (const place of [...this.signed.places, ...this.signed.origins]) {
        const away = place.px ? place.px.distanceTo(point) - place.r : REACH;
        if (away < nearest) [best, nearest] = [place, away];
      }
      return best;
    },

    // Draw them, the foremost last; what stands on the map then.
    _signs() {
      const { places, origins, labels, selected } = this.signed;
      const zoom = this._map.getZoom();
      const radius = zoom >= CLOSE ? 6 : places.length > CROWD ? 4.2 : 5;
      for (const place of [...places, ...origins]) {
        place.px = this._map.latLngToLayerPoint(place.at);
        place.r = place.isOrigin ? 6 : radius;
      }
      for (const place of [...places].reverse()) this._sign(place.px, place.r, place.sign.shape, colour(place.sign.colour), EDGE);
      const chosen = places.find((place) => place.code === selected);
      if (chosen) {
        this._around(chosen);
        this._sign(chosen.px, chosen.r + 1, chosen.sign.shape, colour(chosen.sign.colour), EDGE);
      }
      for (const origin of origins) {
        this._dot(origin.px, origin.r + EDGE, colour("none"));
        this._dot(origin.px, origin.r - 1, colour("none"), colour("ink"), 2);
        this._dot(origin.px, 2.2, colour("ink"));
      }
      return this._signNames(chosen ? [chosen, ...places] : places, origins, labels, zoom);
    },

    _around({ px, r }) {
      const ctx = this._ctx;
      ctx.beginPath();
      ctx.arc(px.x, px.y, r + 5, 0, 2 * Math.PI);
      for (const [name, width] of [["halo", 4.5], ["ink", 2]]) {
        ctx.strokeStyle = colour(name);
        ctx.lineWidth = width;
        ctx.stroke();
      }
    },

    // Names of origins and of places, the foremost first, where nothing is yet.
    _signNames(places, origins, labels, zoom) {
      const view = this._visible();
      const furniture = this._furniture();
      const holds = (box, { x, y }) => x > box.left && x < box.right && y > box.top && y < box.bottom;
      const seen = ({ px }) => holds(view, px) && !furniture.some((box) => holds(box, px));
      const points = [...places, ...origins].filter(seen).map(({ px, r }) => ({ at: px, r }));
      const taken = { view, boxes: [...furniture, ...this._titles()], points, lines: [], far: true };
      for (const origin of origins.filter(seen)) this._label(origin.px, origin.r + 4, origin.name, "", 13, taken);
      // The closer, the more room.
      const left = labels * Math.max(1, 2 ** (zoom - 7));
      const near = [...new Set(places)].filter(seen);
      let named = 0;
      for (const place of near) {
        if (named >= left) break;
        if (this._label(place.px, place.r + 3, place.name, place.value, 12, taken)) named += 1;
      }
      this.unnamed = named < near.length;
      return taken.boxes;
    },
  };

  /** What a place with a sign is: its name, what the sign tells, and what else there is to say, a line each. */
  koryu.signTooltip = function (name, title, { sign, note }) {
    const box = koryu.areaTooltip(name, title, sign.label);
    for (const line of note.split("\n").filter(Boolean)) box.append(element("p", "koryu-tip-part", line));
    return box;
  };
})();
