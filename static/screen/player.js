// 年を進めて見る (pages/shared/frame/filters.py): asks the server for the next year once the last one has been answered.

const PAUSE = 400; // milliseconds a year stays

export default function ({ data, parentElement, setTriggerValue }) {
  const button = parentElement.querySelector("button");
  const { year, first, last } = data;

  function show(running) {
    button.dataset.running = running;
    button.querySelector("span").textContent = running ? "止める" : "年を進めて見る";
  }

  clearTimeout(button.timer);
  if (button.dataset.running === "true") {
    if (year < last) button.timer = setTimeout(() => setTriggerValue("year", year + 1), PAUSE);
    else show(false);
  }
  button.onclick = () => {
    clearTimeout(button.timer);
    const start = button.dataset.running !== "true";
    show(start);
    if (start) setTriggerValue("year", year < last ? year + 1 : first);
  };
  return () => clearTimeout(button.timer);
}
