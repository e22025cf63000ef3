/* Where land is: a raster of the prefectures as they are drawn, which answers at any zoom what lies in a rectangle of
   the map, and how the whole country fits beside what stands over the map. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const CELL = 0.1; // degrees of longitude, and as much to the north
  // What belongs to the country as it is shown whole; the uninhabited islands far out do not.
  const WEST = 126.5;
  const EAST = 149.5;
  const SOUTH = koryu.mercator(30);
  const NORTH = koryu.mercator(45.9);
  const WIDE = Math.round((EAST - WEST) / CELL);
  const HIGH = Math.round((NORTH - SOUTH) / CELL);

  const SHORE = 1; // cells: so near to an edge nothing has to stand that may stand farther off
  const [ACROSS, DOWN] = [7, 3]; // samples of a rectangle

  const column = (lng) => (lng - WEST) / CELL;
  const row = (lat) => (NORTH - koryu.mercator(lat)) / CELL;

  // Fill a ring by even and odd crossings of the middle of each row; with its edge, however small it is.
  function fill(raster, ring, number, edge) {
    const crossings = new Map();
    for (let i = 0; i < ring.length; i++) {
      const [x1, y1] = ring[i];
      const [x2, y2] = ring[(i + 1) % ring.length];
      const [top, bottom] = y1 < y2 ? [y1, y2] : [y2, y1];
      for (let y = Math.max(Math.ceil(top - 0.5), 0); y + 0.5 < bottom && y < HIGH; y++) {
        if (!crossings.has(y)) crossings.set(y, []);
        crossings.get(y).push(x1 + ((y + 0.5 - y1) / (y2 - y1)) * (x2 - x1));
      }
      const [x, y] = [Math.floor(x1), Math.floor(y1)];
      if (edge && x >= 0 && x < WIDE && y >= 0 && y < HIGH && !raster[y * WIDE + x]) raster[y * WIDE + x] = number;
    }
    for (const [y, xs] of crossings) {
      xs.sort((a, b) => a - b);
      for (let i = 0; i + 1 < xs.length; i += 2)
        for (let x = Math.max(Math.ceil(xs[i] - 0.5), 0); x + 0.5 < xs[i + 1] && x < WIDE; x++) raster[y * WIDE + x] = number;
    }
  }

  const area = (ring) =>
    Math.abs(ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length][1] - y * ring[(i + 1) % ring.length][0], 0));

  koryu.Land = class {
    /** From layers of prefectures by code, and the frames of far islands (L.LatLngBounds). */
    constructor(prefectures, frames) {
      this.codes = [...prefectures.keys()];
      this.numbers = new Map(this.codes.map((code, nth) => [code, nth + 1]));
      this.raster = new Uint8Array(WIDE * HIGH); // number of the prefecture, from 1; 0 is the sea
      const main = new Uint8Array(WIDE * HIGH); // of each only the largest island
      this.codes.forEach((code, nth) => {
        const layer = prefectures.get(code);
        const parts = layer.feature.geometry.type === "Polygon" ? [layer.getLatLngs()] : layer.getLatLngs();
        const rings = parts.map(([outer]) => outer.map(({ lat, lng }) => [column(lng), row(lat)]));
        for (const ring of rings) fill(this.raster, ring, nth + 1, true);
        fill(main, rings.reduce((one, other) => (area(other) > area(one) ? other : one)), nth + 1, false);
      });
      this.#inland(main);
      this.#sum(frames);
    }

    /** Pixels of a degree of longitude at a zoom. */
    static pixels(zoom) {
      return (256 * 2 ** zoom) / 360;
    }

    /** What turns the layer points of a map as it is now into columns and rows. */
    grid(map) {
      const cell = koryu.Land.pixels(map.getZoom()) * CELL;
      const corner = map.latLngToLayerPoint([45.9, WEST]);
      return { cell, x: corner.x, y: corner.y };
    }

    /** How much of a rectangle of layer points is land of a prefecture, and of others: [own, foreign], shares. */
    shares(grid, code, { left, top, right, bottom }) {
      const own = this.numbers.get(code);
      const [wide, high] = [(right - left) / ACROSS, (bottom - top) / DOWN];
      let mine = 0;
      let theirs = 0;
      for (let j = 0; j < DOWN; j++)
        for (let i = 0; i < ACROSS; i++) {
          const found = this.#at(grid, left + (i + 0.5) * wide, top + (j + 0.5) * high);
          if (found === own) mine += 1;
          else if (found) theirs += 1;
        }
      return [mine / (ACROSS * DOWN), theirs / (ACROSS * DOWN)];
    }

    #at(grid, x, y) {
      const col = Math.floor((x - grid.x) / grid.cell);
      const line = Math.floor((y - grid.y) / grid.cell);
      return col < 0 || line < 0 || col >= WIDE || line >= HIGH ? 0 : this.raster[line * WIDE + col];
    }

    /** Points on a prefecture's largest island, the one farthest from its edges first, none near another: L.LatLng. */
    points(code) {
      return this.inner.get(code) || [];
    }

    // Distance of every cell from the edge of its island, in cells (two passes of a chamfer); of each prefecture the
    // cells that lie deepest.
    #inland(raster) {
      const depth = new Float32Array(raster.length).fill(1e6);
      const near = (i, u, v, far) => {
        const j = v * WIDE + u;
        const edge = u < 0 || v < 0 || u >= WIDE || v >= HIGH || raster[j] !== raster[i];
        depth[i] = Math.min(depth[i], edge ? far / 2 : depth[j] + far);
      };
      const pass = (step) => {
        for (let n = 0; n < raster.length; n++) {
          const i = step > 0 ? n : raster.length - 1 - n;
          if (!raster[i]) continue;
          const x = i % WIDE;
          const y = (i - x) / WIDE;
          near(i, x - step, y, 1);
          near(i, x, y - step, 1);
          near(i, x - step, y - step, Math.SQRT2);
          near(i, x + step, y - step, Math.SQRT2);
        }
      };
      pass(1);
      pass(-1);
      const cells = this.codes.map(() => []);
      for (let i = 0; i < raster.length; i++) if (raster[i]) cells[raster[i] - 1].push(i);
      this.inner = new Map();
      this.codes.forEach((code, nth) => {
        const deep = cells[nth].sort((a, b) => depth[b] - depth[a]);
        const apart = Math.max(1.5, Math.sqrt(deep.length) / 7);
        const kept = [];
        for (const i of deep) {
          if (kept.length && depth[i] < SHORE) break;
          const [x, y] = [i % WIDE, Math.floor(i / WIDE)];
          if (kept.every(([u, v]) => Math.hypot(u - x, v - y) >= apart)) kept.push([x, y]);
          if (kept.length === 36) break;
        }
        this.inner.set(code, kept.map(([x, y]) => this.#latLng(x + 0.5, y + 0.5)));
      });
    }

    #latLng(x, y) {
      const merc = NORTH - y * CELL;
      return L.latLng((2 * Math.atan(Math.exp((merc * Math.PI) / 180)) - Math.PI / 2) * (180 / Math.PI), WEST + x * CELL);
    }

    // How many cells left of and above each corner of a cell are land or in a frame: then four look-ups count any rectangle.
    #sum(frames) {
      const framed = frames.map((f) => [column(f.getWest()), row(f.getNorth()), column(f.getEast()), row(f.getSouth())]);
      this.sums = new Int32Array((WIDE + 1) * (HIGH + 1));
      let [west, north, east, south] = [WIDE, HIGH, 0, 0];
      for (let y = 0; y < HIGH; y++)
        for (let x = 0; x < WIDE; x++) {
          const full = this.raster[y * WIDE + x] || framed.some(([l, t, r, b]) => x + 1 > l && x < r && y + 1 > t && y < b);
          if (full) {
            west = Math.min(west, x);
            north = Math.min(north, y);
            east = Math.max(east, x + 1);
            south = Math.max(south, y + 1);
          }
          const at = (y + 1) * (WIDE + 1) + x + 1;
          this.sums[at] = Number(Boolean(full)) + this.sums[at - 1] + this.sums[at - WIDE - 1] - this.sums[at - WIDE - 2];
        }
      this.extent = [west, north, east, south];
    }

    #count(left, top, right, bottom) {
      const within = (n, most) => Math.min(Math.max(n, 0), most);
      const [l, r] = [within(Math.floor(left), WIDE), within(Math.ceil(right), WIDE)];
      const [t, b] = [within(Math.floor(top), HIGH), within(Math.ceil(bottom), HIGH)];
      const sum = (x, y) => this.sums[y * (WIDE + 1) + x];
      return r <= l || b <= t ? 0 : sum(r, b) - sum(l, b) - sum(r, t) + sum(l, t);
    }

    /** Whether any of the country lies under rectangles in the pixels of a map, or beyond its edges. */
    hidden(map, rectangles) {
      const { cell, x: left, y: top } = this.grid(map);
      const corner = map.layerPointToContainerPoint([left, top]);
      const under = (r) =>
        this.#count((r.left - corner.x) / cell, (r.top - corner.y) / cell, (r.right - corner.x) / cell, (r.bottom - corner.y) / cell);
      const [west, north, east, south] = this.extent;
      const size = map.getSize();
      const beyond =
        corner.x + west * cell < 0 || corner.y + north * cell < 0 || corner.x + east * cell > size.x || corner.y + south * cell > size.y;
      return beyond || rectangles.some((each) => under(each) > 0);
    }

    /**
     * The largest view of a map of this size in which the whole country is seen and none of it lies under the
     * rectangles ({ left, top, right, bottom } in its pixels): { centre, zoom }, or null where there is none.
     */
    fit(size, rectangles, least, edge = 8, step = 0.1) {
      const [west, north, east, south] = this.extent;
      const cells = Math.min((size.x - 2 * edge) / (east - west), (size.y - 2 * edge) / (south - north));
      const most = Math.log2((cells / CELL) * (360 / 256));
      for (let nth = Math.floor(most / step); nth * step >= least - 1e-9; nth--) {
        const cell = koryu.Land.pixels(nth * step) * CELL;
        const spare = [size.x - 2 * edge - (east - west) * cell, size.y - 2 * edge - (south - north) * cell];
        for (const [sx, sy] of SPOTS) {
          const [x, y] = [edge + spare[0] * sx - west * cell, edge + spare[1] * sy - north * cell];
          const free = rectangles.every(
            (r) => !this.#count((r.left - x) / cell, (r.top - y) / cell, (r.right - x) / cell, (r.bottom - y) / cell)
          );
          if (free) return { centre: this.#latLng((size.x / 2 - x) / cell, (size.y / 2 - y) / cell), zoom: Number((nth * step).toFixed(2)) };
        }
      }
      return null;
    }
  };

  // Shares of the room that is left, the middle first.
  const TWELFTHS = Array.from({ length: 13 }, (_, i) => i / 12);
  const SPOTS = TWELFTHS.flatMap((x) => TWELFTHS.map((y) => [x, y])).sort(
    (a, b) => Math.hypot(a[0] - 0.5, a[1] - 0.5) - Math.hypot(b[0] - 0.5, b[1] - 0.5)
  );
})();
