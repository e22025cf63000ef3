/* Brings the style sheets and the scripts of the map. All are asked for at once, and they run in this order;
   flowmap.js, which the frame itself asks for next, runs after them. So a run has to name two scripts only. */
(function () {
  "use strict";
  const here = document.currentScript.src;

  for (const path of ["leaflet/leaflet.css", "screen/tokens.css", "koryu/flowmap.css"]) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(`../${path}`, here);
    document.head.append(link);
  }

  for (const path of [
    "leaflet/leaflet.js",
    "topojson/topojson-client.min.js",
    "koryu/core.js",
    "koryu/land.js",
    "koryu/boundaries.js",
    "koryu/placing.js",
    "koryu/marks.js",
    "koryu/signs.js",
    "koryu/flows.js",
    "koryu/panels.js",
    "koryu/outlines.js",
    "koryu/tiles.js",
    "koryu/address.js",
    "koryu/ahead.js",
  ]) {
    const script = document.createElement("script");
    script.src = new URL(`../${path}`, here);
    script.async = false;
    // Without one of them there shall be no map: what stands behind its frame says what to do.
    script.onerror = () => delete window.koryu;
    document.head.append(script);
  }
})();
