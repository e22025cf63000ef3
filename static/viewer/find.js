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

  // A reading in Latin letters as most write it and as the index has it: Hepburn or not, long sounds or not.
  const OTHER_LETTERS = [
    [/si/g, "shi"], [/ti/g, "chi"], [/tu/g, "tsu"], [/(?<![sc])hu/g, "fu"], [/zi/g, "ji"],
    [/sy/g, "sh"], [/ty/g, "ch"], [/[zj]y/g, "j"], [/m(?=[bmp])/g, "n"], [/nn/g, "n"], [/ou|oo/g, "o"], [/uu/g, "u"],
  ];
  function sounded(text) {
    const letters = text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f'’\s-]/g, "");
    if (!/^[a-z]+$/.test(letters)) return "";
    return OTHER_LETTERS.reduce((said, [other, letter]) => said.replace(other, letter), letters);
  }

  // A code with its check digit (JIS X 0402), and both without a zero that a spreadsheet has taken away.
  function codes(code) {
    const sum = [6, 5, 4, 3, 2].reduce((all, weight, i) => all + weight * code[i], 0);
    const whole = `${code}${(11 - (sum % 11)) % 10}`;
    return [code, whole, code.replace(/^0/, ""), whole.replace(/^0/, "")];
  }

  const words = (text) => new URLSearchParams({ words: text });
  function entries({ origins, prefectures, places, projects }) {
    const entry = (code, name, spellings, what, where) => ({
      name, what, where,
      keys: [name, ...spellings].map(folded),
      sounds: spellings.map(sounded).filter(Boolean),
      codes: code ? codes(code) : [],
      about: [],
    });
    const areas = new Map(prefectures.map((row) => [row[0].slice(0, 2), row]));
    const known = new Map();
    const listed = [
      ...origins.map(([code, name, readings]) => entry(code, name, readings.split(" "), box.dataset.origin, `wards/${code}.html`)),
      ...prefectures.map(([code, name, readings]) => entry(code, name, readings.split(" "), "都道府県", `prefectures/${code}.html`)),
      ...places.map(([code, name, readings, others, tied]) => {
        const [area, prefecture, theirs] = areas.get(code.slice(0, 2));
        const own = readings.split(" ");
        const where = `prefectures/${area}.html${tied ? `#${words(name)}` : ""}`;
        const whole = theirs.split(" ").map((reading, i) => reading + own[i]);
        const spellings = [name, ...own, ...whole, ...others.split(" ").filter(Boolean)];
        return entry(code, `${prefecture}${name}`, spellings, tied ? "連携あり" : "連携なし", where);
      }),
    ];
    for (const each of listed) if (each.codes.length) known.set(each.codes[0], each);
    return [
      ...listed,
      ...projects.map(([origin, name, partners]) => ({
        ...entry("", name, [], `${known.get(origin).name}の事業`, `wards/${origin}.html#${words(name)}`),
        about: [origin, ...partners.split(" ")].map((code) => known.get(code)).filter(Boolean),
        project: true,
      })),
    ];
  }

  // How well an entry answers, the best first: it is the text, begins with it, holds it, holds all its words, has
  // the rest of them in what belongs to it (a project's origin and partners), its code begins with the text.
  const [EXACT, BEGINS, HOLDS, WORDS, ABOUT, CODE] = [0, 1, 2, 3, 4, 5];
  const asking = (text) => ({ text: folded(text), sound: sounded(text) });
  const has = ({ keys, sounds, codes }, { text, sound }) =>
    keys.some((key) => key.includes(text)) || (sound && sounds.some((key) => key.includes(sound))) || codes.includes(text);
  function rank(entry, asked, parts) {
    const pairs = [...entry.keys.map((key) => [key, asked.text]), ...(asked.sound ? entry.sounds.map((key) => [key, asked.sound]) : [])];
    if (entry.codes.includes(asked.text) || pairs.some(([key, text]) => key === text)) return EXACT;
    if (pairs.some(([key, text]) => key.startsWith(text))) return BEGINS;
    if (pairs.some(([key, text]) => key.includes(text))) return HOLDS;
    if (parts.length > 1 && parts.every((part) => has(entry, part))) return WORDS;
    if (parts.length > 1 && parts.every((part) => [entry, ...entry.about].some((one) => has(one, part)))) return ABOUT;
    return /^\d{2,}$/.test(asked.text) && entry.codes.some((code) => code.startsWith(asked.text)) ? CODE : null;
  }

  function search(text) {
    const parts = text.normalize("NFKC").split(/\s+/).filter(Boolean).map(asking);
    const among = (listed, asked, all) =>
      listed.map((each) => [rank(each, asked, all), each]).filter(([place]) => place !== null).sort(([one], [other]) => one - other).map(([, each]) => each);
    const found = among(known, asking(text), parts);
    if (found.length || !parts.length) return found;
    // Nothing has it all: the places that one of the words names, or that begin alike (篠山町 for 篠山市).
    const places = known.filter((each) => !each.project);
    const some = parts.length > 1 ? parts.flatMap((part) => among(places, part, [part])) : [];
    const stem = folded(text).replace(/[市区町村]$/, "");
    return some.length ? [...new Set(some)] : stem.length > 1 && stem !== folded(text) ? among(places, { text: stem, sound: "" }, []) : [];
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
    const found = asked ? search(box.value) : [];
    const items = found.slice(0, MOST).map(({ name, what, where }) => {
      const item = element("li");
      const link = element("a", "", name);
      link.href = root + where;
      item.append(link, ` ${what}`);
      return item;
    });
    document.querySelector("#hits").replaceChildren(...items);
    const more = found.length > MOST ? `はじめの${MOST}件です。言葉を足すとしぼれます。` : "";
    const keys = found.length ? "↓ と Enter で開く" : "";
    const none = known.length ? "見つかりません。別の言葉でさがしてください。" : "読み込んでいます…";
    document.querySelector("#hit-count").textContent = !asked ? "" : found.length ? `${found.length}件。${more}${keys}` : none;
    if (entered) go();
  }

  // Down and up walk through what is found, Enter in the box goes to the first (as soon as the index is there).
  const links = () => [...document.querySelectorAll("#hits a")];
  let entered = false;
  function go() {
    entered = !known.length;
    links()[0]?.click();
  }
  box.closest("search").addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const found = links();
    const here = found.indexOf(event.target);
    if (event.key === "Enter" && event.target === box && box.value.trim()) go();
    else if (event.key === "ArrowDown") found[here + 1]?.focus();
    else if (event.key === "ArrowUp" && here >= 0) (found[here - 1] ?? box).focus();
    else if (event.key === "Escape") {
      box.value = "";
      box.focus();
      show();
    } else return;
    event.preventDefault();
  });

  box.addEventListener("focus", load);
  box.addEventListener("input", () => {
    entered = false;
    show();
  });
  if (box.value) show();
})();
