/* Where labels go, so that none lies over another, over a point that is not its own, or over what stands on the map.
   As geo/draw/print/placing.py on paper: every label has its candidates, each with a price; one after the other takes what is
   cheapest beside the others, until nobody moves any more. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const ROUNDS = 5;
  // How often the dearest is helped, if it is dearer than this; with how many around it, and which of its candidates.
  const KICKS = 14;
  const DEAR = 70;
  const AROUND_IT = 12;
  const TRIED = [0, 6, 16];
  const WAYS = Array.from({ length: 16 }, (_, i) => (i * Math.PI) / 8);
  const REACH = [6, 12, 19, 27, 37, 49, 63, 80, 100, 125, 155];
  // In pixels of distance: what it costs to cover another label; to cross it, or be crossed, with the line to the
  // point; to hide a point; to stand aside at all; and to leave the name out, or all.
  const OVER = 5000;
  const CROSS = 160;
  const POINT = 40;
  const ASIDE = 14;
  const NAMELESS = 320;
  const NOTHING = 900;

  const box = (x, y, [wide, high]) => ({ left: x - wide / 2, top: y - high / 2, right: x + wide / 2, bottom: y + high / 2 });
  const touch = (a, b, gap = 1) =>
    a.left < b.right + gap && b.left < a.right + gap && a.top < b.bottom + gap && b.top < a.bottom + gap;
  const holds = (a, { x, y }, gap = 0) => x > a.left - gap && x < a.right + gap && y > a.top - gap && y < a.bottom + gap;
  const within = (a, b) => a.left >= b.left && a.top >= b.top && a.right <= b.right && a.bottom <= b.bottom;

  /** The point of a rectangle that is nearest to a point. */
  const nearest = (a, { x, y }) => L.point(Math.min(Math.max(x, a.left), a.right), Math.min(Math.max(y, a.top), a.bottom));

  const side = (ax, ay, bx, by, cx, cy) => (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  const meet = (a, b, cx, cy, dx, dy) =>
    side(a.x, a.y, b.x, b.y, cx, cy) * side(a.x, a.y, b.x, b.y, dx, dy) < 0 &&
    side(cx, cy, dx, dy, a.x, a.y) * side(cx, cy, dx, dy, b.x, b.y) < 0;
  const crossing = ([a, b], [c, d]) => meet(a, b, c.x, c.y, d.x, d.y);
  function through([a, b], rectangle) {
    const { left, top, right, bottom } = rectangle;
    if (Math.max(a.x, b.x) < left || Math.min(a.x, b.x) > right || Math.max(a.y, b.y) < top || Math.min(a.y, b.y) > bottom) return false;
    if (holds(rectangle, a) || holds(rectangle, b)) return true;
    return (
      meet(a, b, left, top, right, top) || meet(a, b, right, top, right, bottom) || meet(a, b, right, bottom, left, bottom) || meet(a, b, left, bottom, left, top)
    );
  }

  // What a label and its line take together.
  const hull = ({ box: { left, top, right, bottom }, at }) => ({
    left: Math.min(left, at.x),
    top: Math.min(top, at.y),
    right: Math.max(right, at.x),
    bottom: Math.max(bottom, at.y),
  });

  // What two candidates of different labels cost each other.
  function between(one, other) {
    if (!one.box || !other.box || !touch(one.hull, other.hull)) return 0;
    let price = touch(one.box, other.box) ? OVER : 0;
    if (one.line && through(one.line, other.box)) price += CROSS;
    if (other.line && through(other.line, one.box)) price += CROSS;
    if (one.line && other.line && crossing(one.line, other.line)) price += CROSS;
    if (!price && one.line && holds(other.box, one.at, 2)) price += POINT;
    if (!price && other.line && holds(one.box, other.at, 2)) price += POINT;
    return price;
  }

  // What a label's candidates take together, wherever it may stand.
  const reached = (candidates) =>
    candidates.reduce(
      (all, { hull: one }) =>
        one
          ? {
              left: Math.min(all.left, one.left),
              top: Math.min(all.top, one.top),
              right: Math.max(all.right, one.right),
              bottom: Math.max(all.bottom, one.bottom),
            }
          : all,
      { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
    );

  // Labels with their candidates, what each has chosen and pays for it, and for whom that is still the best.
  class Labels {
    constructor(choices, points) {
      this.choices = choices;
      this.points = points;
      this.reaches = choices.map(reached);
      // Who may ever stand where this one may: nobody else makes its places dearer.
      this.near = this.reaches.map((own, i) =>
        [...choices.keys()].filter((j) => j !== i && touch(own, this.reaches[j]))
      );
      this.chosen = choices.map((each) => each[0]);
      this.prices = choices.map(() => 0);
      this.best = choices.map(() => false);
    }

    copy() {
      const other = Object.create(Labels.prototype);
      const { chosen, prices, best } = this;
      return Object.assign(other, this, { chosen: [...chosen], prices: [...prices], best: [...best] });
    }

    // Whoever may stand where this one stood or stands has to choose again.
    move(i, candidate) {
      const { chosen, best, near, reaches } = this;
      for (const { hull: taken } of [chosen[i], candidate])
        if (taken) for (const j of near[i]) if (best[j] && touch(reaches[j], taken)) best[j] = false;
      chosen[i] = candidate;
    }

    // Let one label after the other take its best place, in this order, until none moves.
    settle(order) {
      const { choices, chosen, near, prices, best } = this;
      for (let round = 0; round < ROUNDS; round++) {
        let moved = false;
        for (const i of order) {
          if (best[i]) continue;
          let found = null;
          let least = Infinity;
          for (const candidate of choices[i]) {
            if (candidate.price >= least) break; // the dearer come later
            let price = candidate.price;
            for (const j of near[i]) if (price < least) price += between(candidate, chosen[j]);
            if (price < least) [found, least] = [candidate, price];
          }
          prices[i] = least;
          best[i] = true;
          if (found === chosen[i]) continue;
          moved = true;
          this.move(i, found);
        }
        if (!moved) return;
      }
    }

    paid(of) {
      return of.reduce((total, i) => total + this.prices[i], 0);
    }
  }

  // Who is worst off gets a place it likes, and the others, the nearest first, make room for it.
  function improve(choices, points) {
    const all = choices.map((_, i) => i);
    let labels = new Labels(choices, points);
    labels.settle(all);
    const stuck = new Set();
    for (let kick = 0; kick < KICKS; kick++) {
      const { prices } = labels;
      const worst = all.filter((i) => !stuck.has(i)).sort((a, b) => prices[b] - prices[a])[0];
      if (worst === undefined || prices[worst] < DEAR) break;
      stuck.add(worst);
      const around = all
        .filter((i) => i !== worst)
        .sort((a, b) => points[a].distanceTo(points[worst]) - points[b].distanceTo(points[worst]))
        .slice(0, AROUND_IT);
      const concerned = [...around, worst];
      for (const place of choices[worst].filter((each) => each.named).filter((_, nth) => TRIED.includes(nth))) {
        const tried = labels.copy();
        tried.move(worst, place);
        tried.best[worst] = false;
        tried.settle(around);
        tried.settle(concerned);
        if (tried.paid(concerned) < labels.paid(concerned) - 1) {
          labels = tried;
          stuck.clear();
          break;
        }
      }
    }
    return labels.chosen;
  }

  /**
   * Totals of prefectures: on their own land with their names where there is room, else aside with a line, else the
   * number alone on its land, else a point.
   *
   * labels: [{ code, at (a point on its land), spots (more of them), pill, circle (sizes) }], the foremost first;
   * room: { view, taken (rectangles), frames (of far islands: only theirs stand there), shares(code, rectangle) → [own, foreign], away (the origin) }.
   * For each { box, at, line, named }: box is null for a mere point.
   */
  koryu.placeTotals = function (labels, room) {
    const farthest = Math.max(60, (room.view.right - room.view.left) * 0.16);
    const points = labels.map((label) => label.at);
    const choices = labels.map((label) => {
      const taken = [...room.taken, ...room.frames.filter((frame) => !holds(frame, label.at))];
      const free = (rectangle) => within(rectangle, room.view) && !taken.some((each) => touch(rectangle, each, 2));
      const found = [{ box: null, at: label.at, price: NOTHING }];
      label.spots.forEach((spot, nth) => {
        for (const [size, named] of [[label.pill, true], [label.circle, false]]) {
          const rectangle = box(spot.x, spot.y, size);
          if (!free(rectangle)) continue;
          const [own, foreign] = room.shares(label.code, rectangle);
          // On a neighbour it would be taken for the neighbour's; over the sea it is still its own.
          if (foreign > (named ? 0.34 : 0.5)) continue;
          const price = nth * 0.4 + foreign * 90 + (1 - own - foreign) * 12 + (named ? 0 : NAMELESS);
          found.push({ box: rectangle, at: spot, named, price });
        }
      });
      const outward = Math.atan2(label.at.y - room.away.y, label.at.x - room.away.x);
      for (const turn of WAYS)
        for (const gap of REACH) {
          if (gap > farthest) break;
          const [dx, dy] = [Math.cos(outward + turn), Math.sin(outward + turn)];
          const edge = Math.min(label.pill[0] / 2 / Math.abs(dx), label.pill[1] / 2 / Math.abs(dy));
          const middle = L.point(label.at.x + dx * (edge + gap), label.at.y + dy * (edge + gap));
          const rectangle = box(middle.x, middle.y, label.pill);
          if (!free(rectangle)) continue;
          const [, foreign] = room.shares(label.code, rectangle);
          const hidden = points.filter((point) => point !== label.at && holds(rectangle, point, 2)).length;
          const inward = 2 * (1 - Math.cos(turn));
          const price = ASIDE + gap + (gap * gap) / 90 + inward + foreign * 220 + hidden * POINT;
          found.push({ box: rectangle, at: label.at, line: [label.at, nearest(rectangle, label.at)], named: true, price });
        }
      for (const each of found) if (each.box) each.hull = hull(each);
      return found.sort((a, b) => a.price - b.price);
    });
    const chosen = improve(choices, points);
    // What still covers another goes: a sign of it stays.
    chosen.forEach((one, i) => {
      const covered = one.box && chosen.some((other, j) => j < i && other.box && touch(one.box, other.box, 0));
      if (covered) chosen[i] = { box: null, at: labels[i].at };
    });
    return chosen;
  };

  // Right, left, above and below its point; then farther off, tied to it by a line.
  const AROUND = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, 1], [1, -1], [-1, 1], [-1, -1]];
  const FAR = [14, 22, 32, 44, 58, 74];
  const CLEAR = 4; // pixels to the points of others

  /**
   * The place of a name beside its point: { box, line } or null.
   * at, gap: the point and how far its name keeps from it; boxes: what stands there already; points: [{ at, r }] of
   * all that may not be covered or taken for its own; lines: of other names; far: it may stand aside with a line.
   */
  koryu.placeName = function (at, gap, size, { view, boxes, points, lines, far }) {
    const [wide, high] = size;
    const others = points.filter((point) => point.at.distanceTo(at) > 0.5);
    const free = (rectangle, clear) =>
      within(rectangle, view) &&
      !boxes.some((each) => touch(rectangle, each)) &&
      !others.some((point) => nearest(rectangle, point.at).distanceTo(point.at) < point.r + clear) &&
      !lines.some((line) => through(line, rectangle));
    for (const [dx, dy] of AROUND) {
      const slant = dx && dy ? 0.7 : 1;
      const rectangle = box(at.x + dx * (slant * gap + wide / 2), at.y + dy * (slant * gap + high / 2 - 2), size);
      // Closer to its own point than to any other.
      if (free(rectangle, Math.max(CLEAR, gap))) return { box: rectangle, line: null };
    }
    if (!far) return null;
    for (const reach of FAR)
      for (const turn of WAYS) {
        const [dx, dy] = [Math.cos(turn), Math.sin(turn)];
        const edge = Math.min(wide / 2 / Math.abs(dx), high / 2 / Math.abs(dy));
        const rectangle = box(at.x + dx * (edge + reach), at.y + dy * (edge + reach), size);
        const line = [at, nearest(rectangle, at)];
        const crosses = boxes.some((each) => !holds(each, at) && through(line, each)) || lines.some((other) => crossing(line, other));
        if (!crosses && free(rectangle, CLEAR)) return { box: rectangle, line };
      }
    return null;
  };
})();
