/* The search of a published site: places by name, reading or former name, projects by name. Its index is fetched
   when somebody first looks for something: as a script, which a page opened from a folder may load too. Of very many
   origins it comes in parts: the places first, and the projects of a prefecture's origins where the page is about it
   or the words name it.
   The box is a combobox with a listbox (WAI-ARIA 1.2): the focus stays in it, what Enter opens is marked. */
(function () {
  "use strict";
  const MOST = 30;
  const box = document.querySelector("#find");
  const popup = document.querySelector("#found-pages");
  const list = document.querySelector("#hits");
  const { root, parts: path, home } = box.dataset; // where the parts lie, and of which prefecture the page is
  let known = null;
  const asked = new Map(); // prefecture → whether its projects are there

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
    [/dz|du/g, (found) => (found === "du" ? "zu" : "z")], [/di/g, "ji"], [/si/g, "shi"], [/ti/g, "chi"], [/tu/g, "tsu"],
    [/(?<![sc])hu/g, "fu"], [/zi/g, "ji"], [/sy/g, "sh"], [/ty/g, "ch"], [/[zj]y/g, "j"], [/tch/g, "cch"],
    [/m(?=[bmp])/g, "n"], [/nn/g, "n"], [/ou|oo|oh(?![aeiouy])/g, "o"], [/uu/g, "u"],
  ];
  function sounded(text) {
    const letters = text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f'’\s-]/g, "");
    if (!/^[a-z]+$/.test(letters)) return "";
    return OTHER_LETTERS.reduce((said, [other, letter]) => said.replace(other, letter), letters);
  }

  // A reading without how its kind of place is read at the end, as people write a name alone: Kawaba, Ota, Tokyo.
  const ENDING = /(?<=.)(し|く|ちょう|まち|むら|そん|けん|と|ふ|shi|ku|chou|machi|mura|son|ken|to|fu)$/;

  // A code with its check digit (JIS X 0402), and both without a zero that a spreadsheet has taken away.
  function codes(code) {
    const sum = [6, 5, 4, 3, 2].reduce((all, weight, i) => all + weight * code[i], 0);
    const whole = `${code}${(11 - (sum % 11)) % 10}`;
    return [code, whole, code.replace(/^0/, ""), whole.replace(/^0/, "")];
  }

  const words = (text) => new URLSearchParams({ words: text });
  const entry = (code, name, spellings, what, where) => ({
    name, what, where,
    keys: [name, ...spellings].map(folded).filter(Boolean),
    sounds: spellings.map(sounded).filter(Boolean),
    codes: code ? codes(code) : [],
    about: [],
  });
  function entries({ origins, prefectures, places, projects }) {
    const areas = new Map(prefectures.map((row) => [row[0].slice(0, 2), row]));
    const said = (readings) => readings.split(" ").flatMap((reading) => [reading, reading.replace(ENDING, "")]);
    prefectureNames = new Map(prefectures.map(([code, name]) => [code.slice(0, 2), name]));
    homes = new Set(origins.map(([code]) => code.slice(0, 2)));
    const listed = [
      ...origins.map(([code, name, readings]) => entry(code, name, said(readings), box.dataset.origin, `wards/${code}.html`)),
      ...prefectures.map(([code, name, readings]) => entry(code, name, said(readings), "都道府県", `prefectures/${code}.html`)),
      ...places.map(([code, name, readings, others, tied]) => {
        const [area, prefecture, theirs] = areas.get(code.slice(0, 2));
        const own = readings.split(" ");
        const where = `prefectures/${area}.html${tied ? `#${words(name)}` : ""}`;
        const whole = theirs.split(" ").map((reading, i) => reading + own[i]);
        const spellings = [name, ...said(readings), ...whole, ...others.split(" ").filter(Boolean)];
        return entry(code, `${prefecture}${name}`, spellings, tied ? "連携あり" : "連携なし", where);
      }),
    ];
    for (const each of listed) if (each.codes.length) byCode.set(each.codes[0], each);
    return [...listed, ...ofProjects(projects)];
  }

  let prefectureNames = new Map(); // its first two digits → its name
  let homes = new Set(); // of the prefectures that have origins
  const byCode = new Map();
  const ofProjects = (projects) =>
    projects.map(([origin, name, partners]) => ({
      ...entry("", name, [], `${byCode.get(origin).name}の事業`, `wards/${origin}.html#${words(name)}`),
      about: [origin, ...partners.split(" ")].map((code) => byCode.get(code)).filter(Boolean),
      project: true,
    }));

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

  function fetchScript(src, done) {
    const script = document.createElement("script");
    Object.assign(script, { src, onload: done });
    document.head.append(script);
  }

  function load() {
    if (known) return;
    known = [];
    fetchScript(box.dataset.index, () => {
      known = entries(window.koryuSearch);
      if (home) part(home);
      arrived();
    });
  }

  // The projects of a prefecture's origins, where they come in parts; one without any has none.
  function part(area) {
    if (!path || asked.has(area) || !homes.has(area)) return;
    asked.set(area, false);
    fetchScript(`${path}${area}.js`, () => {
      asked.set(area, true);
      known = [...known, ...ofProjects(window.koryuProjects[area])];
      arrived();
    });
  }

  // Of those that one of the words names, and no other.
  function parts(text) {
    if (!path || !known.length) return;
    for (const one of text.normalize("NFKC").split(/\s+/).filter(Boolean).map(asking)) {
      const named = [...byCode.values()].filter(({ keys, sounds }) => keys.includes(one.text) || (one.sound && sounds.includes(one.sound)));
      if (named.length && named.length <= 3) for (const { codes: [code] } of named) part(code.slice(0, 2));
    }
  }

  // Whose projects are looked through, where it is not all of them.
  function scope() {
    if (!path) return "";
    const names = [...asked].filter(([, there]) => there).map(([area]) => prefectureNames.get(area));
    return names.length
      ? `事業は${names.join("・")}のものからさがしています。`
      : "事業もさがすには、都道府県か自治体の名前を足してください。";
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  }

  // Options are links: they can be opened in a tab of their own, and say where they lead.
  function option({ name, what, where }, number) {
    const link = document.createElement("a");
    Object.assign(link, { href: root + where, id: `hit-${number}`, tabIndex: -1, role: "option" });
    link.append(element("span", "name", name), " ", element("span", "quiet", what));
    return link;
  }

  let entered = false; // before the index was there
  let chosen = -1; // the option Enter opens
  function choose(number) {
    chosen = number;
    for (const [i, each] of [...list.children].entries()) each.setAttribute("aria-selected", String(i === number));
    const link = list.children[number];
    if (link) box.setAttribute("aria-activedescendant", link.id);
    else box.removeAttribute("aria-activedescendant");
    link?.scrollIntoView({ block: "nearest" });
  }

  // What is shut stays on the page, out of sight: of a region that was not there, nobody is told the first words.
  let said = "";
  function open(whether) {
    const listed = whether && list.children.length > 0;
    popup.classList.toggle("shut", !whether);
    document.querySelector("#hit-count").textContent = whether ? said : "";
    list.hidden = !listed;
    box.setAttribute("aria-expanded", String(listed));
    choose(listed ? 0 : -1);
  }

  function show() {
    load();
    const written = folded(box.value);
    if (written) parts(box.value);
    const found = written ? search(box.value) : [];
    list.replaceChildren(...found.slice(0, MOST).map(option));
    const more = found.length > MOST ? `はじめの${MOST}件です。言葉を足すとしぼれます。` : "";
    const none = known.length ? "見つかりません。別の言葉でさがしてください。" : "読み込んでいます…";
    said = (found.length ? `${found.length}件。${more}↑↓ で選び、Enter で開く` : none) + (known.length && scope() ? ` ${scope()}` : "");
    open(Boolean(written) && box === document.activeElement);
    if (entered) go();
  }

  // What comes while the list is shut does not open it.
  function arrived() {
    const shut = popup.classList.contains("shut");
    show();
    if (shut) open(false);
  }

  // Enter goes to what is marked, the first unless another was chosen (as soon as the index is there).
  function go() {
    entered = !known.length;
    const link = list.children[Math.max(chosen, 0)];
    if (!link) return;
    link.click();
    open(false);
  }

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const n = list.children.length;
    if (event.key === "Enter" && box.value.trim()) go();
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && n) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (list.hidden) {
        open(true);
        choose(step > 0 ? 0 : n - 1);
      } else choose((chosen + step + n) % n);
    } else if (event.key === "Escape") {
      if (popup.classList.contains("shut")) {
        box.value = "";
        show();
      } else {
        entered = false;
        open(false);
      }
    } else return;
    event.preventDefault();
  });

  // The focus stays in the box while an option is clicked; elsewhere, it closes.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("focus", show);
  box.addEventListener("blur", () => open(false));
  box.addEventListener("input", () => {
    entered = false;
    show();
  });
  // Somebody may have typed before this script was there.
  if (box.value && box === document.activeElement) show();
})();
