/* The outlines of the municipalities, close up: fetched for the prefectures in view, once, without the server of the
   screen. A page that has to work without any network leaves this script out. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const CLOSE = 7.5; // zoom from which they are drawn
  const STYLE = { className: "koryu-outlines", weight: 0.7, fill: false };

  koryu.Outlines = class {
    constructor(map, boundaries) {
      this.map = map;
      this.boundaries = boundaries;
      this.drawn = new Set(); // codes of prefectures
      this.group = L.layerGroup();
      map.on("moveend", this.update, this);
    }

    update() {
      const { map, group } = this;
      if (map.getZoom() < CLOSE) return group.remove();
      group.addTo(map);
      const view = map.getBounds();
      for (const [code, layer] of this.boundaries.prefectures) {
        if (!this.drawn.has(code) && layer.getBounds().intersects(view)) this.#draw(code);
      }
    }

    async #draw(code) {
      this.drawn.add(code);
      try {
        this.group.addLayer(await this.boundaries.outlines(code, STYLE));
      } catch {
        this.drawn.delete(code); // asked for again with the next move: the map is whole without them
      }
    }
  };
})();
