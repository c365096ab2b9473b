// The desk, made quicker: clocks that tick, keys, the live stream. The server draws every true state; nothing here decides
// anything, and no single key ever presses a button that silences.

const body = document.body;
const language = document.documentElement.lang;

// Time -------------------------------------------------------------------------------------------------------------

// The page says when it was drawn by the server's clock, so that a wrong clock here does not matter.
const drawnAt = Number(body.dataset.now) / 1000 || Date.now();
const offset = drawnAt - Date.now();
const now = () => Date.now() + offset;

function countdown(milliseconds) {
  const whole = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

// Spoken at five, two and one minute, not each second.
function speakAt(element, left) {
  for (const minutes of [5, 2, 1]) {
    const words = element.dataset[`say${minutes}`];
    const edge = minutes * 60_000;
    if (words && left <= edge && left > edge - 1_500 && element.dataset.said !== String(minutes)) {
      element.dataset.said = String(minutes);
      speak(words);
    }
  }
}

function speak(words) {
  const region = document.getElementById("spoken");
  if (region) region.textContent = words;
}

const stepped = matchMedia("(prefers-reduced-motion: reduce)");

function tick() {
  for (const element of document.querySelectorAll("[data-until]")) {
    const left = Number(element.dataset.until) / 1000 - now();
    if (element instanceof HTMLProgressElement) {
      const elapsed = Number(element.dataset.whole) - Math.max(0, left * 1000);
      element.value = stepped.matches ? Math.floor(elapsed / 60_000_000) * 60_000_000 : elapsed;
    } else {
      element.textContent = countdown(left);
      speakAt(element, left);
    }
  }
  for (const element of document.querySelectorAll("[data-due]")) {
    const left = Number(element.dataset.due) / 1000 - now();
    const minutes = Math.floor(Math.abs(left) / 60_000);
    const time = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    const words = (left < 0 ? element.dataset.wordLate : element.dataset.wordDue).replace("{time}", time);
    if (element.textContent !== words) element.textContent = words;
  }
  // The end of a hold stirs nobody: who looks at it asks again by themselves.
  for (const element of document.querySelectorAll("[data-lapses]")) {
    if (Number(element.dataset.lapses) / 1000 > now()) continue;
    delete element.dataset.lapses;
    for (const part of document.querySelectorAll("#case-head, #decide")) setTimeout(() => fetchAgain(part));
  }
  // Nor does anybody who vanished without a word.
  for (const element of document.querySelectorAll("[data-stale]")) {
    if (Number(element.dataset.stale) / 1000 > now()) continue;
    delete element.dataset.stale;
    setTimeout(() => fetchAgain(element));
  }
}

setInterval(tick, 1000);
tick();

// Keys -------------------------------------------------------------------------------------------------------------

const dialog = document.getElementById("keys");
const keysOn = document.getElementById("keys-on");
const KEYS = "gardefou-keys";

for (const opener of document.querySelectorAll("[data-open='keys']")) {
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
}
if (keysOn) {
  keysOn.checked = localStorage.getItem(KEYS) !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem(KEYS, keysOn.checked ? "on" : "off"));
}

function writing(target) {
  if (!(target instanceof Element)) return false;
  if (target.closest("textarea, select, [contenteditable]")) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

function step(by) {
  const rows = [...document.querySelectorAll(".queue-link")];
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row === document.activeElement);
  const from = at >= 0 ? at : rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, from + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

// A radio is chosen, a field or a danger is only reached, the rest is pressed.
function use(element) {
  const harms = element.closest(".button-harm, .act-foot");
  if (element instanceof HTMLInputElement && element.type === "radio") {
    element.click();
    element.focus();
    element.closest(".act")?.scrollIntoView({ block: "nearest" });
  } else if (harms || element.matches("input, textarea, select")) {
    element.focus();
  } else {
    element.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (document.querySelector("dialog[open]") || writing(event.target) || (keysOn && !keysOn.checked)) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    const rows = document.querySelector(".queue-link");
    if (rows) {
      event.preventDefault();
      step(key === "j" ? 1 : -1);
      return;
    }
  }
  if (event.key === "?" && dialog) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  if (!/^[a-z0-9/]$/.test(key)) return;
  const element = document.querySelector(`[data-key="${key}"]:not(:disabled)`);
  if (!element) return;
  event.preventDefault();
  use(element);
});

// A tab of the phone stays marked, and a change of pane is heard by those who cannot see it.
addEventListener("hashchange", () => document.querySelector(":target")?.focus({ preventScroll: true }));

// The stream -------------------------------------------------------------------------------------------------------

// Messages named "stir" carry {"kind": "report.filed", "subjects": ["case:7", "account:3"], "at": micros}; messages named
// "beat" carry {"at": micros}. What listens:
//   data-hears="case:7 order:9" data-from="/desk/…"   is fetched again and replaced when one of its subjects stirs
//   data-hears="queue" with class show-new             counts, and waits for a hand: a list never jumps under the pointer
// A word of data-hears is a subject, a kind, or the part of either before its mark ("case", "report").

const live = document.querySelector("[data-live]");
const lost = document.getElementById("lost");
const decimal = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

function sayLive(at) {
  if (!live) return;
  const lag = at ? Math.max(0, (now() - at / 1000) / 1000) : null;
  const words = live.querySelector(".live-word");
  words.textContent =
    lag === null || lag > 60 ? live.dataset.wordLive : live.dataset.wordBehind.replace("{lag}", decimal.format(lag));
  live.hidden = false;
  live.classList.remove("is-lost");
  lost.hidden = true;
}

function sayLost() {
  if (!live || !lost || !lost.hidden) return;
  const time = new Date(now()).toISOString().slice(11, 16);
  live.classList.add("is-lost");
  live.querySelector(".live-word").textContent = live.dataset.wordLost;
  lost.textContent = lost.dataset.word.replace("{time}", time);
  lost.hidden = false;
}

function hears(element, { kind, subjects }) {
  const wanted = element.dataset.hears.split(" ");
  const said = [kind, kind.split(".")[0], ...subjects, ...subjects.map((subject) => subject.split(":")[0])];
  return said.some((word) => wanted.includes(word));
}

const waiting = new Map();

// Several stirs at once are one fetch; a field that is being written in is left alone.
function fetchAgain(element) {
  if (waiting.has(element)) return;
  waiting.set(
    element,
    setTimeout(() => {
      waiting.delete(element);
      if (!element.isConnected || element.contains(document.activeElement)) return;
      htmx.ajax("GET", element.dataset.from, { target: element, swap: "outerHTML" });
    }, 60),
  );
}

function countNew(element) {
  const count = Number(element.dataset.new || 0) + 1;
  element.dataset.new = String(count);
  const words = count === 1 ? element.dataset.wordOne : element.dataset.wordMany;
  element.textContent = words.replace("{count}", new Intl.NumberFormat(language).format(count));
  element.hidden = false;
}

function stir(message) {
  const news = JSON.parse(message.data);
  seen = message.lastEventId;
  sayLive(Number(news.at));
  for (const element of document.querySelectorAll("[data-hears]")) {
    if (!hears(element, news)) continue;
    if (element.classList.contains("show-new")) countNew(element);
    else if (element.dataset.from) fetchAgain(element);
  }
}

// EventSource sends Last-Event-ID by itself when it comes back, so nothing is missed. A stream that was ended on purpose is
// not asked for again: the session is over.
let seen = "";

function listen(address) {
  const stream = new EventSource(address);
  stream.addEventListener("open", () => sayLive(null));
  stream.addEventListener("stir", stir);
  stream.addEventListener("beat", (message) => sayLive(Number(JSON.parse(message.data).at)));
  stream.addEventListener("end", () => {
    stream.close();
    location.assign("/desk/sign-in");
  });
  stream.addEventListener("error", () => {
    sayLost();
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(seen ? address.replace(/after=\d+/, `after=${seen}`) : address), 3000);
  });
}

// What takes longer than one press goes on by itself; without scripts, its button says so.
document.querySelector("form[data-goes-on]")?.requestSubmit();

if (body.dataset.stream) listen(body.dataset.stream);
document.addEventListener("htmx:afterSwap", tick);

// What somebody has unfolded stays so when its part of the page comes anew.
let unfolded = [];
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  unfolded = [...detail.target.querySelectorAll("details[id][open]")].map(({ id }) => id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of unfolded.splice(0)) document.getElementById(id)?.setAttribute("open", "");
});

// On a narrow screen the tabs are scrolled: the page one is on is among those to be seen.
const tabs = document.querySelector(".nav");
const tab = tabs?.querySelector("[aria-current]");
if (tab) tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
