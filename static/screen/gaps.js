// The matrix of 空白を探す: a choice of a cell by mouse or keyboard goes to the server, nothing else does.
// The table itself comes ready and escaped from pages/gaps/matrix_board.py.

const STEPS = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  Home: [0, -Infinity], End: [0, Infinity], PageUp: [-Infinity, 0], PageDown: [Infinity, 0],
};

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".k-matrix");
  if (box.written !== data.html) {
    box.innerHTML = data.html;
    box.written = data.html;
  }
  const table = box.querySelector("table");
  // The rows one can walk through: the prefectures, the origins, the sums. The line of regions is not one of them.
  const rows = [...table.rows].slice(1);
  const heads = [...rows[0].cells].map((cell) => cell.dataset.p ?? "");
  const at = (cell) => [cell.parentElement.dataset.w ?? "", heads[cell.cellIndex]];
  const cells = rows.map((row) => [...row.cells].filter((cell) => at(cell).some(Boolean)));

  const chosen = new Set(data.origins);
  let focus = null;
  for (const cell of cells.flat()) {
    const [origin, prefecture] = at(cell);
    const here = chosen.has(origin) && prefecture === data.prefecture;
    cell.tabIndex = -1;
    cell.toggleAttribute("data-row", chosen.has(origin));
    cell.toggleAttribute("data-column", prefecture !== "" && prefecture === data.prefecture);
    if (cell.tagName === "TD") cell.setAttribute("aria-selected", here);
    if (here) focus ??= cell;
  }
  (focus ?? cells[1][0]).tabIndex = 0;

  // A new choice comes into sight where the table is wider than its box; the page itself stays where it is.
  const choice = `${data.origins} ${data.prefecture}`;
  const column = rows[0].cells[heads.indexOf(data.prefecture)];
  if (column && box.choice !== choice) {
    const { left, right } = box.getBoundingClientRect();
    const place = column.getBoundingClientRect();
    const names = rows[0].cells[0].offsetWidth;
    if (place.left < left + names || place.right > right) box.scrollLeft += place.left - (left + names + right) / 2;
  }
  box.choice = choice;

  const choose = (cell) => {
    if (!cell || !at(cell).some(Boolean)) return;
    setTriggerValue("cell", at(cell));
    // On a phone the answer lies below what can be seen.
    if (innerWidth <= 900) document.querySelector(".k-answer")?.scrollIntoView({ block: "start" });
  };
  const cellOf = (event) => event.target.closest("td, th");
  table.onclick = (event) => choose(cellOf(event));

  // What lies under the pointer or has the focus: its row and column light up, and stand below as words.
  const cross = box.cross ?? [document.createElement("div"), document.createElement("div")];
  box.cross = cross;
  const read = parentElement.querySelector(".k-read");
  const point = (cell) => {
    const [origin, prefecture] = cell ? at(cell) : ["", ""];
    const head = prefecture && rows[0].cells[cell.cellIndex];
    const name = cell && cell.parentElement.cells[0];
    const [down, over] = cross;
    down.hidden = !head;
    over.hidden = !origin;
    if (head) down.style.cssText = `left:${head.offsetLeft}px;width:${head.offsetWidth}px;top:${head.offsetTop}px;bottom:0`;
    if (origin) over.style.cssText = `left:0;width:${table.offsetWidth}px;top:${name.offsetTop}px;height:${name.offsetHeight}px`;
    const text = cell?.textContent ?? "";
    // The row of a prefecture says how many origins it has; its cells count these.
    const of = cell?.parentElement.dataset.n;
    const number = of ? `${of} ${data.noun}のうち ${text}` : `${text} 市区町村`;
    const said = /^\d+$/.test(text) ? number : text;
    read.textContent =
      origin && prefecture ? `${name.textContent} × ${head.title}：${said}`
      : prefecture && cell.tagName === "TD" ? `${head.title}：${data.missing} ${text}`
      : data.hint;
  };
  for (const line of cross) {
    line.className = "k-cross";
    line.hidden = true;
    box.append(line);
  }
  point(null);
  table.onmouseover = (event) => point(cellOf(event));
  table.onmouseleave = () => point(null);
  // There is no onfocusin; the listener goes with the table when another one is written.
  if (!table.pointed) table.addEventListener("focusin", (event) => table.pointed(event));
  table.pointed = (event) => point(cellOf(event));
  table.onkeydown = (event) => {
    const cell = cellOf(event);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(cell);
    }
    if (!STEPS[event.key] || !cell) return;
    event.preventDefault();
    const y = cells.findIndex((row) => row.includes(cell));
    const [down, right] = STEPS[event.key];
    const row = cells[Math.min(Math.max(y + down, 0), cells.length - 1)];
    // By place in the table, not in the row: the line of prefectures begins one column later.
    const index = Math.min(Math.max(cell.cellIndex + right, row[0].cellIndex), row.at(-1).cellIndex);
    const next = row.find((one) => one.cellIndex === index);
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
}
