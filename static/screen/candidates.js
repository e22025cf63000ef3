// The candidates of 空白を探す: what is pressed or typed goes to the server, nothing else does.
// The cards themselves come ready and escaped from pages/gaps/cards.py.

const nameOf = (element) => `${element.dataset.act ?? "note"} ${element.dataset.c}`;

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".k-picks");
  if (box.written !== data.html) {
    const focused = box.contains(document.activeElement) ? document.activeElement : null;
    const stops = [...box.querySelectorAll("button, input")];
    const at = stops.indexOf(focused);
    const open = new Set([...box.querySelectorAll("details[open]")].map((one) => one.dataset.c));
    box.innerHTML = data.html;
    box.written = data.html;
    for (const details of box.querySelectorAll("details")) details.open = open.has(details.dataset.c);
    if (focused) {
      // What was pressed stays in hand; where it is gone, what has come into its place.
      const now = [...box.querySelectorAll("button:enabled, input")];
      const again = now.find((one) => nameOf(one) === nameOf(focused));
      const toggled = now.find((one) => one.dataset.c === focused.dataset.c && focused.dataset.c !== "");
      (again ?? toggled ?? now[Math.min(at, now.length - 1)])?.focus();
    }
  }
  for (const input of box.querySelectorAll("input")) {
    const note = data.notes[input.dataset.c] ?? "";
    // What somebody is typing is newer than what the server knows.
    if (input !== document.activeElement || input.sent === input.value) input.value = note;
  }
  box.onclick = (event) => {
    const button = event.target.closest("button[data-act]");
    if (button && !button.disabled) setTriggerValue("act", [button.dataset.act, button.dataset.c]);
  };
  box.onchange = (event) => {
    if (event.target.tagName !== "INPUT") return;
    event.target.sent = event.target.value;
    setTriggerValue("note", [event.target.dataset.c, event.target.value]);
  };
}
