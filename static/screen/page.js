// What Streamlit's own page does not say in Japanese: its language, and the few words its widgets bring.
// Only labels and texts that equal a key of WORDS are replaced; nothing here comes from the documents.

const WORDS = new Map(Object.entries({
  "Expand sidebar": "条件の欄を開く",
  "Collapse sidebar": "条件の欄を閉じる",
  "Sidebar": "画面の選択と条件",
  "Skip to main content": "本文へ移動",
  "Selected values": "選択中",
  "Clear all": "すべて外す",
  "Clear value": "選択を外す",
  "Clear entry": "入力を消す",
  "Select all": "すべて選ぶ",
  "Choose an option": "選んでください",
  "Choose options": "選んでください",
  "Open": "候補を開く",
  "No results": "該当なし",
  "Multiselect options": "候補",
  "Press Enter to apply": "Enterキーで確定",
  "Selectbox options": "候補",
  "Close": "閉じる",
  "Dismiss": "閉じる",
  "Sort ascending": "小さい順に並べる",
  "Sort descending": "大きい順に並べる",
  "Format": "表示形式",
  "Autosize": "幅を合わせる",
  "Pin column": "列を固定",
  "Unpin column": "固定を外す",
  "Hide column": "列を隠す",
  "Copy column name": "列名をコピー",
  "Statistics": "統計",
  "Dataframe column menu": "列の操作",
  "Automatic": "自動",
  "Localized": "桁区切り",
  "Plain": "そのまま",
  "Compact": "短く",
  "Dollar": "ドル",
  "Euro": "ユーロ",
  "Yen": "円",
  "Percent": "百分率",
  "Scientific": "指数",
  "Accounting": "会計",
  "Bytes": "バイト",
  "Count": "件数",
  "Distinct": "種類",
  "Empty": "空欄",
  "Sum": "合計",
  "Average": "平均",
  "Median": "中央値",
  "Minimum": "最小",
  "Maximum": "最大",
  "Range": "範囲",
  "Standard deviation": "標準偏差",
  "Minimum length": "最短の文字数",
  "Maximum length": "最長の文字数",
  "Average length": "平均の文字数",
  "Type to search": "表の中を探す",
  "Previous Result": "前の一致",
  "Next Result": "次の一致",
  "Close Search": "検索を閉じる",
  "Scroll tabs left": "左の見出しへ",
  "Scroll tabs right": "右の見出しへ",
  "All selected options have been cleared.": "選択をすべて外しました。",
  "Page not found": "ページがありません",
  "Connection error": "接続が切れました",
  "Connection timed out.": "時間内に応答がありません。",
  "Connection lost. Please wait for the app to reconnect, then try again.": "接続が切れています。つながり直すのを待って、もう一度試してください。",
  "Reconnected to server.": "つながり直しました。",
  "Your app is having trouble loading the component.": "画面の部品を読み込めません。ページを再読み込みしてください。",
  "Try again": "もう一度試す",
  "Please wait...": "お待ちください",
  "Download failed": "保存できませんでした",
  "Failed to generate file for download": "ファイルを作れませんでした。もう一度押すか、条件を減らしてください。",
  "Loading...": "読み込み中",
  "Upload": "ファイルを選ぶ",
  "upload icon": "選ぶ",
  "Drag and drop a file here": "ここにファイルを置きます",
  "Add files": "別のファイルを選ぶ",
  "add icon": "追加",
  "Submit form": "この内容で進む",
  "Increment": "1つ増やす",
  "Decrement": "1つ減らす",
}));

// Words around a value of ours: "Remove 港区", "開始年の範囲 — start".
const PATTERNS = [
  [/^Remove (.+)$/, "$1を外す"],
  [/^([\d.]+[KMG]?B) per file$/, "$1まで"],
  [/^File must be ([\d.]+)MB or smaller\.?$/, "$1MBより大きいファイルは読めません。一覧のところだけを別のファイルに保存してください。"],
  [/^Help for (.+)$/, "$1の説明"],
  [/^Select (\d+) matches$/, "該当する$1件を選ぶ"],
  [/^([\d,]+) options? available\.$/, "候補は$1件です。"],
  [/^(.+), selected\.?$/, "$1を選びました。"],
  [/^(.+) — start$/, "$1（始まり）"],
  [/^(.+) — end$/, "$1（終わり）"],
  [/^(over )?([\d,]+) results?$/i, "一致 $2 件"],
  [/^(\d+) of (over )?([\d,]+)$/, "$3 件のうち $1 件目"],
  [/^(Streamlit server is not responding|Is Streamlit still running).*/s, "サーバーの応答がありません。起動した画面が動いているか、管理者に確かめてください。動き出すと、この画面も元に戻ります。"],
  [/^(You have requested page|The page that you have requested).*/, "その画面はありません。はじめの画面を表示しています。"],
];

// Parts of the page one can jump to: selector → role and name.
const PLACES = {
  ".st-key-k-find": ["search", "探す"],
  ".st-key-k-nav": ["navigation", "画面"],
  ".st-key-k-filters": ["group", "条件"],
};

const MAPS = 'iframe[src*="folium"]';
const ATTRIBUTES = ["aria-label", "title", "placeholder"];

function japanese(text) {
  const known = WORDS.get(text.trim());
  if (known) return known;
  for (const [pattern, words] of PATTERNS) if (pattern.test(text)) return text.replace(pattern, words);
  return null;
}

function relabel(element) {
  for (const name of ATTRIBUTES) {
    const words = element.hasAttribute(name) && japanese(element.getAttribute(name));
    if (words) element.setAttribute(name, words);
  }
}

function retext(node) {
  const words = japanese(node.data);
  if (words) node.data = words;
}

// What stands in our own HTML is said already, and may be a name from a document.
const OURS = ".stHtml, [translate=no]";
const streamlits = (node) =>
  node.nodeType === Node.TEXT_NODE
    ? NodeFilter.FILTER_ACCEPT
    : node.matches(OURS)
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_SKIP;

function translate(root) {
  if (root.parentElement?.closest(OURS)) return;
  if (root.nodeType === Node.TEXT_NODE) return retext(root);
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  const every = (selector) => [root, ...root.querySelectorAll(selector)].filter((one) => one.matches(selector));
  for (const element of every("[aria-label], [title], [placeholder]")) relabel(element);
  // Where there are two, their names have to differ, whichever of them came first.
  if (every(MAPS).length)
    for (const [n, frame] of document.querySelectorAll(MAPS).entries()) frame.title = n ? `地図 ${n + 1}` : "地図";
  for (const [place, [role, name]] of Object.entries(PLACES))
    for (const element of every(place)) {
      element.setAttribute("role", role);
      element.setAttribute("aria-label", name);
    }
  // A region that scrolls has to take the keyboard's focus.
  for (const list of every(".st-key-k-details")) list.tabIndex = 0;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, streamlits);
  while (texts.nextNode()) retext(texts.currentNode);
  for (const link of every(".st-key-k-nav a")) {
    const here = link.closest('[class*="st-key-k-here"]');
    here ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
}

document.documentElement.lang = "ja";
translate(document.body);
new MutationObserver((changes) => {
  for (const change of changes) {
    if (change.type === "childList") change.addedNodes.forEach(translate);
    else if (change.type === "attributes") relabel(change.target);
    else retext(change.target);
  }
}).observe(document.body, {
  subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
});

// How much stands above the map of a screen: the map takes what the window leaves (map.css).
let measured = 0;

function measure() {
  measured = 0;
  const map = document.querySelector('[class*="st-key-k-map-"]:not(.st-key-k-map-agreements)');
  const page = map?.closest('[data-testid="stMain"]');
  if (!page) return;
  const above = `${Math.round(map.getBoundingClientRect().top - page.getBoundingClientRect().top + page.scrollTop)}px`;
  const { style } = document.documentElement;
  if (style.getPropertyValue("--k-above") !== above) style.setProperty("--k-above", above);
}

const remeasure = () => (measured ||= requestAnimationFrame(measure));
new MutationObserver(remeasure).observe(document.body, { subtree: true, childList: true, characterData: true });
addEventListener("resize", remeasure);
document.fonts.ready.then(remeasure);
remeasure();

// On a phone the panel lies over the page: whoever has chosen a page wants to see it.
addEventListener("click", (event) => {
  const chosen = innerWidth < 768 && event.target.closest?.('[data-testid="stSidebar"] a');
  if (chosen) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
});

// One step back for each thing the reader does. Streamlit writes the address several times for one action, over the
// present entry of the browser's history or as further ones: here the first write after an action makes an entry,
// and whatever follows completes it. On the way back Streamlit reads the conditions from the address again.
const { pushState, replaceState } = History.prototype;
let acted = false;
let arrow = -Infinity;

function act(event) {
  if (!event.isTrusted || event.repeat) return;
  // One walk with the arrow keys along a slider or a row of choices is one action.
  const walking = /^Arrow/.test(event.key) && event.timeStamp - arrow < 1000;
  if (/^Arrow/.test(event.key)) arrow = event.timeStamp;
  // A press was seen when it began; what a screen reader clicks was not.
  if (!walking && !(event.type === "click" && event.detail)) acted = true;
}

for (const type of ["pointerdown", "keydown", "click"]) addEventListener(type, act, true);
addEventListener("message", ({ data }) => {
  // A click inside the frame of a map.
  if (data?.type === "streamlit:setComponentValue" && navigator.userActivation.isActive) acted = true;
});
addEventListener("popstate", () => (acted = false), true);

history.pushState = history.replaceState = function (state, unused, url) {
  const to = new URL(url ?? location.href, location.href);
  const elsewhere = to.pathname !== location.pathname;
  const moved = elsewhere || to.search !== location.search;
  // The fragment is the screen's own: the part of the map one looks at (koryu/address.js).
  if (moved && !elsewhere && !to.hash) to.hash = location.hash;
  (moved && acted ? pushState : replaceState).call(this, state, unused, to);
  if (!moved) return;
  acted = false;
  // The map draws what is asked before the server answers (koryu/ahead.js).
  dispatchEvent(new Event("koryu-address"));
};
