// Light or dark. Streamlit decides which of its themes is in force: as the PC is set, or as it was told; the colours of
// tokens.css follow it by themselves. Here the reader's choice is handed to Streamlit's own switch, in its menu that is
// not shown, and remembered for every screen: Streamlit remembers it only for the address it was opened at.

const CHOICE = "koryu-look";
const STORED = /^stActiveTheme-.*(-v\d+)$/;
const SYSTEM = "System";

const part = (name) => document.querySelector(`[data-testid="stMainMenu${name}"]`);
const chosen = () => localStorage.getItem(CHOICE) ?? SYSTEM;

async function tell(look) {
  const focus = document.activeElement;
  if (!part("Popover")) part("Button")?.click();
  for (let frame = 0; frame < 30 && !part(`Item-theme-${look}`); frame++) await new Promise(requestAnimationFrame);
  part(`Item-theme-${look}`)?.click();
  if (part("Popover")) part("Button").click();
  focus?.focus();
}

function remember(look) {
  localStorage.setItem(CHOICE, look);
  const version = Object.keys(localStorage).map((key) => STORED.exec(key)?.[1]).find(Boolean);
  if (!version) return;
  // The link to the first screen is empty.
  const pages = [...document.querySelectorAll(".st-key-k-nav a")].map((link) => link.getAttribute("href") || ".");
  for (const path of [...pages.map((page) => new URL(page, location).pathname), location.pathname])
    localStorage.setItem(`stActiveTheme-${path}${version}`, JSON.stringify(look));
}

// One choice after the other: the arrow keys make them faster than the menu opens.
let told = Promise.resolve();
addEventListener("change", ({ target }) => {
  if (!target.matches?.(".k-look select")) return;
  const look = target.value;
  told = told.then(() => tell(look)).then(() => remember(look));
});

// What Streamlit puts beside its own element (menus, hints) and the page itself take its look, too.
const app = document.querySelector(".stApp");
const follow = () => (document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme);
follow();
new MutationObserver(follow).observe(app, { attributeFilter: ["class"] });

// The list shows the choice whenever Streamlit writes it anew.
const show = () => {
  const list = document.querySelector(".k-look select:not([data-set])");
  if (!list) return;
  list.value = chosen();
  list.dataset.set = "";
};
show();
new MutationObserver(show).observe(document.body, { subtree: true, childList: true });

// Opened at an address for which Streamlit remembers nothing yet.
const wanted = chosen();
if (wanted !== SYSTEM && wanted.toLowerCase() !== getComputedStyle(app).colorScheme) tell(wanted);
