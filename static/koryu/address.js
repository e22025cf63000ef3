/* The part of the map one looks at, in the fragment of the address of the page around its frame, as
   #map=zoom/latitude/longitude: a link shows the same part, and no server is asked. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const page = window.frameElement && window.parent; // none where the map is a page of its own
  const fragment = () => new URLSearchParams(page.location.hash.slice(1));

  /** { at: [latitude, longitude], zoom }, or null where the address says nothing that can be shown. */
  function read() {
    const [zoom, lat, lon, ...more] = (fragment().get("map") || "").split("/").map((part) => (part ? Number(part) : NaN));
    const known = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 24 && !more.length;
    return known ? { at: [lat, lon], zoom } : null;
  }

  function write(map, own) {
    const said = fragment();
    const { lat, lng } = map.getCenter();
    if (own) said.set("map", [Number(map.getZoom().toFixed(2)), lat.toFixed(4), lng.toFixed(4)].join("/"));
    else said.delete("map");
    const written = said.toString().replaceAll("%2F", "/");
    const { pathname, search, hash } = page.location;
    if (written !== hash.slice(1)) page.history.replaceState(page.history.state, "", pathname + search + (written && `#${written}`));
  }

  /**
   * Keep the place of a map in the address.
   * own() says whether the reader moved the map there; show(place) moves it to what the address says.
   */
  koryu.keepPlace = function (map, own, show) {
    if (!page) return;
    const asked = read();
    if (asked) show(asked);
    map.on("moveend", () => write(map, own()));
    const back = () => {
      const place = read();
      if (place) show(place);
    };
    page.addEventListener("popstate", back);
    addEventListener("pagehide", () => page.removeEventListener("popstate", back));
  };
})();
