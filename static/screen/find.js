// The search box by keyboard: down and up walk through what it finds, Enter goes to the first, Escape clears it.

const BOX = ".st-key-find input";
const HITS = ".st-key-k-hits :is(a, button)";
const PATIENCE = 10000; // milliseconds to wait for the answer to what has just been typed

const box = () => document.querySelector(BOX);
const hits = () => [...document.querySelectorAll(HITS)];

// Whether all that was found for a text is there: the line over the hits comes before them, and before old ones go.
const answered = (words) =>
  document.querySelector(".st-key-k-hits [data-words]")?.dataset.words === words &&
  document.querySelector(".stApp").dataset.testScriptState === "notRunning";

// Hits of a text typed before must not be gone to: wait for those of the text that stands in the box.
async function first(words) {
  const until = Date.now() + PATIENCE;
  while (!answered(words) && Date.now() < until) await new Promise((done) => setTimeout(done, 40));
  if (answered(words) && box()?.value.trim() === words) hits()[0]?.click();
}

function clear() {
  const input = box();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, "");
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
}

addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches?.(BOX);
  const found = hits();
  const here = found.indexOf(event.target);
  if (!typing && here < 0) return;
  if (event.key === "Enter" && typing && event.target.value.trim()) first(event.target.value.trim());
  else if (event.key === "Escape") clear();
  else if (event.key === "ArrowDown") found[here + 1]?.focus();
  else if (event.key === "ArrowUp" && !typing) (found[here - 1] ?? box()).focus();
  else return;
  if (event.key !== "Enter") event.preventDefault();
}, true);
document.documentElement.dataset.find = "ready";
