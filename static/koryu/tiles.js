/* Map tiles of the Geospatial Information Authority (地理院タイル) behind the map. Nothing is asked of its server
   until the reader switches them on, and nothing remembers that they were on. */
(function () {
  "use strict";
  const koryu = window.koryu;
  const PALE = "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png";
  const LABEL = "地理院タイル（外部に接続）";

  koryu.Tiles = L.Control.extend({

    onAdd(map) {
      this.map = map;
      this.layer = L.tileLayer(PALE, { minNativeZoom: 5, minZoom: 4, maxZoom: 18, referrerPolicy: "no-referrer" });
      // Tiles outside Japan do not exist and fail alone; only where none of a view came is there no connection.
      this.layer.on("tileload", () => (this.came = true));
      this.layer.on("load", () => this.came || this._off("地理院タイルに接続できません"));
      this.box = koryu.element("input");
      this.box.type = "checkbox";
      this.box.addEventListener("change", () => (this.box.checked ? this._on() : this._off(LABEL)));
      this.words = koryu.element("span", "", LABEL);
      const label = koryu.element("label", "koryu-tiles");
      label.append(this.box, this.words);
      L.DomEvent.disableClickPropagation(label);
      return label;
    },

    _on() {
      this.came = false;
      this.words.textContent = LABEL;
      this.map.getContainer().classList.add("koryu-tiled");
      this.layer.addTo(this.map);
      this.options.credit("地理院タイル");
    },

    _off(words) {
      this.box.checked = false;
      this.words.textContent = words;
      this.map.getContainer().classList.remove("koryu-tiled");
      this.layer.remove();
      this.options.credit("");
    },
  });
})();
