// The matrix of 空白を探す: a choice of a cell by mouse or keyboard goes to the server, nothing else does.
// The table itself comes ready and escaped from pages/shared/gap_matrix.py.

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
  // The rows one can walk through: the prefectures, then the origins. The line of regions is not one of them.
  const rows = [...table.rows].slice(1);
  const heads = [...rows[0].cells].map((cell) => cell.dataset.p ?? "");
  const at = (cell) => [cell.parentElement.dataset.w ?? "", heads[cell.cellIndex]];
  const cells = rows.map((row) => [...row.cells].filter((cell) => at(cell).some(Boolean)));

  const chosen = new Set(data.wards);
  let focus = null;
  for (const cell of cells.flat()) {
    const [ward, prefecture] = at(cell);
    const here = chosen.has(ward) && prefecture === data.prefecture;
    cell.tabIndex = -1;
    cell.toggleAttribute("data-row", chosen.has(ward));
    cell.toggleAttribute("data-column", prefecture !== "" && prefecture === data.prefecture);
    if (cell.tagName === "TD") cell.setAttribute("aria-selected", here);
    if (here) focus ??= cell;
  }
  (focus ?? cells[1][0]).tabIndex = 0;

  // A new choice comes into sight where the table is wider than its box; the page itself stays where it is.
  const choice = `${data.wards} ${data.prefecture}`;
  const column = rows[0].cells[heads.indexOf(data.prefecture)];
  if (column && box.choice !== choice) {
    const { left, right } = box.getBoundingClientRect();
    const place = column.getBoundingClientRect();
    const names = rows[0].cells[0].offsetWidth;
    if (place.left < left + names || place.right > right) box.scrollLeft += place.left - (left + names + right) / 2;
  }
  box.choice = choice;

  const choose = (cell) => cell && at(cell).some(Boolean) && setTriggerValue("cell", at(cell));
  const cellOf = (event) => event.target.closest("td, th");
  table.onclick = (event) => choose(cellOf(event));
  table.onmouseover = (event) => {
    const cell = cellOf(event);
    if (cell?.tagName !== "TD" || !heads[cell.cellIndex] || cell.title) return;
    const place = rows[0].cells[cell.cellIndex].title;
    const said = /^\d+$/.test(cell.textContent) ? `${cell.textContent} 市区町村` : cell.textContent;
    cell.title = `${cell.parentElement.cells[0].textContent} × ${place}：${said}`;
  };
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
