// The desk, made quicker: clocks that tick, and keys. The server draws every true state; nothing here decides anything, and
// no single key ever presses a button that silences.

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
    const hours = Math.floor(minutes / 60);
    const time = hours >= 10 ? `${hours}\u202fh` : `${hours}:${String(minutes % 60).padStart(2, "0")}`;
    const words = (left < 0 ? element.dataset.wordLate : element.dataset.wordDue).replace("{time}", time);
    if (element.textContent !== words) element.textContent = words;
  }
  // The end of a hold stirs nobody, nor does a case that becomes due soon, nor anybody who vanished without a word.
  for (const [name, turns] of [["lapses", "[data-lapses]"], ["stale", "[data-stale]"], ["turns", "[data-turns]"]]) {
    for (const element of document.querySelectorAll(turns)) {
      if (Number(element.dataset[name]) / 1000 > now()) continue;
      delete element.dataset[name];
      element.dispatchEvent(new Event("desk:turn", { bubbles: true }));
    }
  }
}

setInterval(tick, 1000);
document.addEventListener("DOMContentLoaded", tick);

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

// The strip of counts opens the queue for as long as the focus is in it; without scripts it leads there.
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest(".queue-count")) return;
  event.preventDefault();
  document.getElementById("queue")?.focus();
});

// What takes longer than one press goes on by itself; without scripts, its button says so.
document.querySelector("form[data-goes-on]")?.requestSubmit();

document.addEventListener("desk:fresh", tick);

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
