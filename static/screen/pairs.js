// The table of shared partners (pages/wards/overlap_matrix.py): every cell is a link that opens the two origins it is of.
// The table itself comes ready and escaped; here its cells become links, one of them reached by Tab, the others by arrows.

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".k-pairs");
  if (box.written !== data.html) {
    box.innerHTML = data.html;
    box.written = data.html;
    const rows = [...box.querySelector("table").tBodies[0].rows];
    box.links = rows.map((row, i) =>
      [...row.cells].slice(1).map((cell, j) => {
        if (i === j) return null;
        const link = document.createElement("a");
        link.append(...cell.childNodes);
        link.tabIndex = -1;
        cell.append(link);
        return link;
      })
    );
    const first = box.links.flat().find(Boolean);
    if (first) first.tabIndex = 0;
  }

  // A link of its own, for another tab: with the conditions in force.
  const kept = [...new URLSearchParams(location.search)].filter(([name]) => data.carried.includes(name));
  const pair = (i, j) => [data.names[i], data.names[j]];
  box.links.forEach((row, i) => {
    row.forEach((link, j) => {
      if (!link) return;
      const names = pair(i, j);
      link.href = `compare?${new URLSearchParams([...kept, ...names.map((name) => [data.key, name])])}`;
      link.ariaLabel = `${names.join("と")}：${link.textContent}`;
    });
  });

  const at = (target) => {
    const link = target.closest("a");
    const i = box.links.findIndex((row) => row.includes(link));
    return link && i >= 0 ? [i, box.links[i].indexOf(link)] : null;
  };
  box.onclick = (event) => {
    const place = at(event.target);
    if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue("pair", place);
  };
  box.onkeydown = (event) => {
    const place = STEPS[event.key] && at(event.target);
    if (!place) return;
    event.preventDefault();
    const [down, right] = STEPS[event.key];
    let [i, j] = [place[0] + down, place[1] + right];
    // Over the diagonal, which is no pair.
    if (i === j) [i, j] = [i + down, j + right];
    const next = box.links[i]?.[j];
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
}
