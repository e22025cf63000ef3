/* The search of a published site: places by name, reading or former name, projects by name. Its index is fetched
   when somebody first looks for something: as a script, which a page opened from a folder may load too. */
(function () {
  "use strict";
  const MOST = 30;
  const { element } = window.koryu;
  const box = document.querySelector("#find");
  const { root } = box.dataset;
  let known = null;

  // Full width, half width, katakana and hiragana are one, and so are the spellings of 駒ヶ根.
  const folded = (text) =>
    text
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[ァ-ヶ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60))
      .replace(/[ゖが]/g, "け")
      .replace(/\s/g, "");

  const words = (text) => new URLSearchParams({ words: text });
  function entries({ wards, prefectures, places, projects }) {
    const names = new Map(prefectures.map(([code, name]) => [code.slice(0, 2), name]));
    const wardNames = new Map(wards);
    const entry = (name, spellings, what, where) => ({ name, what, where, keys: [name, ...spellings].map(folded) });
    return [
      ...wards.map(([code, name]) => entry(name, [], "区のページ", `wards/${code}.html`)),
      ...prefectures.map(([code, name, kana]) => entry(name, [kana], "都道府県", `prefectures/${code}.html`)),
      ...places.map(([code, name, kana, others, tied]) => {
        const prefecture = names.get(code.slice(0, 2));
        const where = `prefectures/${code.slice(0, 2)}000.html${tied ? `#${words(name)}` : ""}`;
        const spellings = [name, kana, ...others.split(" ").filter(Boolean)];
        return entry(`${prefecture}${name}`, spellings, tied ? "連携あり" : "連携なし", where);
      }),
      ...projects.map(([ward, name]) => entry(name, [], `${wardNames.get(ward)}の事業`, `wards/${ward}.html#${words(name)}`)),
    ];
  }

  function load() {
    if (known) return;
    known = [];
    const script = element("script");
    script.src = box.dataset.index;
    script.onload = () => {
      known = entries(window.koryuSearch);
      show();
    };
    document.head.append(script);
  }

  function show() {
    load();
    const asked = folded(box.value);
    const rank = ({ keys }) => (keys.some((key) => key.startsWith(asked)) ? 0 : keys.some((key) => key.includes(asked)) ? 1 : 2);
    const found = asked ? known.map((each) => [rank(each), each]).filter(([place]) => place < 2) : [];
    found.sort(([one], [other]) => one - other);
    const items = found.slice(0, MOST).map(([, { name, what, where }]) => {
      const item = element("li");
      const link = element("a", "", name);
      link.href = root + where;
      item.append(link, ` ${what}`);
      return item;
    });
    document.querySelector("#hits").replaceChildren(...items);
    const more = found.length > MOST ? `はじめの${MOST}件です。言葉を足すとしぼれます。` : "";
    const none = known.length ? "見つかりません。別の言葉でさがしてください。" : "読み込んでいます…";
    document.querySelector("#hit-count").textContent = !asked ? "" : found.length ? `${found.length}件。${more}` : none;
  }

  box.addEventListener("focus", load);
  box.addEventListener("input", show);
  if (box.value) show();
})();
