/* The map of a page that leads to others: what is drawn was counted when the page was made
   (pipeline/deliver/site_overview.py). A click opens the page of a prefecture, or of an origin in it. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const { rows, bounds, origins } = window.koryuOverview;
  const box = document.querySelector("#map");
  const paged = new Set(origins);

  function open(code) {
    if (!code) return;
    const page = paged.has(code) ? `wards/${code}.html` : code.endsWith("000") ? `prefectures/${code}.html` : "";
    if (page && code !== box.dataset.here) location.href = box.dataset.root + page;
  }

  koryu.loadShared().then(() => {
    const map = koryu.open("map", { label: document.querySelector("h1").textContent, bounds, views: [] });
    map.koryu.set(rows, { send: (ids) => { open(ids.partner_code); } });
  });
})();
