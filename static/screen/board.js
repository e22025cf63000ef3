// Tables to sort and to choose a row of (pages/shared/parts/board.py). Every text is written as text, never as HTML.

const make = (tag, attributes = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
};
const words = (cell) => (Array.isArray(cell) ? cell[1] : cell);
const worth = (cell) => (Array.isArray(cell) ? cell[0] : cell);
const written = (cell) => {
  const value = words(cell);
  return value === null ? "―" : typeof value === "number" ? value.toLocaleString("ja-JP") : value;
};

function compare(a, b) {
  if (a === null || b === null) return (a === null) - (b === null); // what is not known stays last
  return typeof a === "number" ? b - a : String(a).localeCompare(String(b), "ja");
}

// The reader's own order stands in the fragment of the address, as heading's number or, the other way round, minus
// it: a link shows the table as it is seen.
function kept({ key, columns }) {
  const said = new URLSearchParams(location.hash.slice(1)).get(key) ?? "";
  const column = /^-?\d{1,3}$/.test(said) ? Math.abs(said) - 1 : -1;
  return column >= 0 && column < columns.length ? { column, turned: said.startsWith("-") } : null;
}

function keep({ key, sorted }, { column, turned }) {
  const said = new URLSearchParams(location.hash.slice(1));
  if (column === sorted && !turned) said.delete(key);
  else said.set(key, (turned ? -1 : 1) * (column + 1));
  const fragment = said.toString().replaceAll("%2F", "/"); // as the map writes its place
  history.replaceState(history.state, "", location.pathname + location.search + (fragment && `#${fragment}`));
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".k-board");
  const { columns, rows } = data;
  const layout = JSON.stringify(columns);
  // The reader's own order outlives a change of filter, not another table.
  if (box.layout !== layout) {
    box.order = kept(data) ?? { column: data.sorted, turned: false };
    box.whole = false;
  }
  box.layout = layout;

  const longest = columns.map(([, , bar], i) => bar && Math.max(...rows.map((row) => row[i] ?? 0), 1e-9));
  const numeric = columns.map((_, i) => rows.some((row) => typeof worth(row[i]) === "number"));
  const places = [...rows.keys()];
  const choose = (place) => data.choose && setTriggerValue("row", place);

  function sort() {
    const { column, turned } = box.order;
    places.sort((a, b) => a - b);
    if (column === null || (column === data.sorted && !turned)) return;
    const known = (place) => worth(rows[place][column]) !== null;
    places.sort((a, b) => {
      const difference = compare(worth(rows[a][column]), worth(rows[b][column]));
      return turned && known(a) && known(b) ? -difference : difference;
    });
  }

  function cell(value, i) {
    const [, , bar, number, width, lines] = columns[i];
    const text = written(value);
    if (bar) {
      const length = make("i");
      length.style.width = `${(100 * (value ?? 0)) / longest[i]}%`;
      return make("td", { className: "bar" }, make("div", {}, make("s", {}, length), make("b", {}, text)));
    }
    if (number) return make("td", { className: "n" }, text);
    // What is sorted by a number beside it is short and stays whole; other texts may be cut to their lines.
    if (Array.isArray(value) || !lines) return make("td", { className: "w" }, text);
    const made = make("td", { title: text, className: width ? "" : "cut" }, make("span", {}, text));
    made.style.setProperty("--lines", lines);
    return made;
  }

  function handle(place) {
    const text = written(rows[place][0]);
    if (!data.choose) return text;
    const made = data.links
      ? make("a", { href: data.links[place], textContent: text })
      : make("button", { type: "button", textContent: text });
    made.tabIndex = -1;
    return made;
  }

  function line(place) {
    const head = make("th", { scope: "row", title: written(rows[place][0]) }, handle(place));
    if (columns[0][4]) head.style.maxWidth = `${columns[0][4]}px`;
    const made = make("tr", {}, head, ...rows[place].slice(1).map((value, i) => cell(value, i + 1)));
    made.dataset.place = place;
    if (place === data.chosen) made.setAttribute("aria-current", "true");
    return made;
  }

  const body = make("tbody", { translate: false }); // names from the documents
  function fill() {
    sort();
    // All rows are sorted, and the first of them shown; what is looked at is always among them.
    const cut = data.first && !box.whole ? data.first : rows.length;
    const shown = places.filter((place, i) => i < cut || place === data.chosen);
    body.replaceChildren(...shown.map(line));
    const rest = rows.length - shown.length;
    more.hidden = !data.first || rows.length <= data.first;
    more.textContent = rest ? `ほか ${rest.toLocaleString("ja-JP")} もすべて表示` : `はじめの ${data.first} だけを表示`;
    more.setAttribute("aria-expanded", String(!rest));
    const handles = [...body.querySelectorAll("th > *")];
    const first = body.querySelector("[aria-current] th > *") ?? handles[0];
    if (first) first.tabIndex = 0;
    headings.forEach((heading, i) => {
      const { column, turned } = box.order;
      if (i === column) heading.setAttribute("aria-sort", numeric[i] === turned ? "ascending" : "descending");
      else heading.removeAttribute("aria-sort");
    });
  }

  const headings = columns.map(([heading, unit, bar, number, width], i) => {
    const button = make("button", { type: "button" }, heading, ...(unit ? [make("small", {}, unit)] : []));
    const made = make("th", { scope: "col", className: number && !bar ? "n" : "" }, button);
    if (width && i) made.style.width = `${width}px`;
    button.onclick = () => {
      const { column, turned } = box.order;
      box.order = { column: i, turned: column === i && !turned };
      keep(data, box.order);
      fill();
    };
    return made;
  });

  const more = make("button", { type: "button", className: "k-more" });
  more.onclick = () => {
    box.whole = !box.whole;
    fill();
  };

  const table = make("table", {}, make("caption", { className: data.caption ? "shown" : "" }, data.name), make("thead", {}, make("tr", {}, ...headings)), body);
  table.classList.toggle("choose", data.choose);
  if (data.foot.length) {
    const [first, ...rest] = data.foot;
    const cells = rest.map((value, i) => make("td", { className: columns[i + 1][3] ? "n" : "" }, written(value)));
    table.append(make("tfoot", {}, make("tr", {}, make("th", { scope: "row" }, written(first)), ...cells)));
  }
  fill();

  const placeOf = (event) => event.target.closest("tbody tr")?.dataset.place;
  table.onclick = (event) => {
    const place = placeOf(event);
    if (place === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(Number(place));
  };
  body.onkeydown = (event) => {
    const handles = [...body.querySelectorAll("th > *")];
    const here = handles.indexOf(event.target);
    const step = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[event.key];
    if (here < 0 || !step) return;
    event.preventDefault();
    const next = handles[Math.min(Math.max(here + step, 0), handles.length - 1)];
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };

  const scrolled = box.scrollTop;
  const onMore = document.activeElement?.className === "k-more" && box.contains(document.activeElement);
  const focused = box.contains(document.activeElement);
  box.style.maxHeight = data.height ? `${data.height}px` : "";
  box.replaceChildren(table, more);
  box.scrollTop = scrolled;
  if (onMore) more.focus({ preventScroll: true });
  else if (focused) body.querySelector("[tabindex='0']")?.focus({ preventScroll: true });
}
