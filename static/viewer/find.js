/* The search of a published site: places by name or reading, projects by name. */
(function () {
  "use strict";
  const MOST = 30;
  const { element } = window.koryu;
  const box = document.querySelector("#find");
  const hits = document.querySelector("#hits");
  // Full width, half width, katakana and hiragana are one.
  const folded = (text) =>
    text
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[ァ-ヶ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60))
      .replace(/\s/g, "");
  const known = window.koryuSearch.map(([name, reading, what, where]) => ({
    name,
    what,
    where,
    key: `${folded(name)}\n${folded(reading)}`,
  }));

  function show() {
    const words = folded(box.value);
    const found = words ? known.filter((each) => each.key.includes(words)) : [];
    const items = found.slice(0, MOST).map(({ name, what, where }) => {
      const item = element("li");
      const link = element("a", "", name);
      link.href = where;
      item.append(link, ` ${what}`);
      return item;
    });
    if (words && !found.length) items.push(element("li", "", "見つかりません。別の言葉でさがしてください。"));
    if (found.length > MOST) items.push(element("li", "", `ほか${found.length - MOST}件。言葉を足すとしぼれます。`));
    hits.replaceChildren(...items);
  }

  box.addEventListener("input", show);
  show();
})();
