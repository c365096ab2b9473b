// The live page. The stream says that something happened; what it looks like now is asked for, seldom, however much happens.

// A message named "stir" carries {"words": ["case:7", "report"], "tally": {"case:7": 4812}, "new": 1, "at": micros}, or
// {"much": true} when too much was missed to say it all; one named "beat" carries {"at": micros}. What listens:
//   data-hears="case:7 order" data-from="/desk/…"   is fetched again and made as it is now when one of its words is said
//   data-tally="case:7"                             says how many reports there are, at once
// A word is a subject, a kind, or the part of either before its mark ("case", "report").

// The shortest time between two fetches of one address, milliseconds. Where the server is slow it is asked less.
const CALM = 2_000;
const PATIENCE = 10;

const live = document.querySelector("[data-live]");
const lost = document.getElementById("lost");
const decimal = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(language);

function sayLive(at) {
  if (!live) return;
  const lag = at ? Math.max(0, (now() - at / 1000) / 1000) : null;
  const words = live.querySelector(".live-word");
  const said =
    lag === null || lag > 60 ? live.dataset.wordLive : live.dataset.wordBehind.replace("{lag}", decimal.format(lag));
  if (words.textContent !== said) words.textContent = said;
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

// Fetching again ---------------------------------------------------------------------------------------------------

const asked = new Map();
const owed = new Map();

function refresh(address) {
  if (!asked.has(address)) asked.set(address, { began: -Infinity, took: 0, timer: 0, busy: false, more: false });
  const state = asked.get(address);
  if (state.timer) return;
  if (state.busy) {
    state.more = true;
    return;
  }
  const calm = state.began + Math.max(CALM, PATIENCE * state.took) - performance.now();
  // Desks that hear of the same thing do not all ask in the same instant.
  state.timer = setTimeout(() => bring(address), Math.max(20 + 60 * Math.random(), calm));
}

async function bring(address, { all = false } = {}) {
  const state = asked.get(address) ?? asked.set(address, { began: -Infinity, took: 0 }).get(address);
  clearTimeout(state.timer);
  Object.assign(state, { timer: 0, busy: true, more: false, began: performance.now() });
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (answer.status >= 500) state.more = true;
    else if (answer.ok && !answer.redirected) place(address, await answer.text(), all);
  } catch {
    state.more = true;
  }
  state.took = performance.now() - state.began;
  state.busy = false;
  if (state.more) refresh(address);
}

function place(address, html, all) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const focus = document.activeElement;
  for (const part of document.querySelectorAll("[data-from]")) {
    const found = part.dataset.from === address && part.id && fresh.getElementById(part.id);
    if (!found) continue;
    if (part.id === "queue" && !all) placeQueue(part, found);
    else morph(part, found, (later) => owed.set(later, address));
  }
  // What was only moved lost the focus on its way.
  if (focus !== document.activeElement && focus?.isConnected) focus.focus({ preventScroll: true });
  document.dispatchEvent(new Event("desk:fresh"));
  if (stream && ears().some((word) => !heard.has(word))) listen();
}

// What had to wait is asked for again once the hand or the eye has gone.
function payBack() {
  for (const [part, address] of owed) {
    if (part.isConnected && mustWait(part)) continue;
    owed.delete(part);
    refresh(address);
  }
}
for (const name of ["focusout", "mouseout", "change"]) document.addEventListener(name, () => owed.size && setTimeout(payBack));

document.addEventListener("desk:turn", ({ target }) => {
  const part = target.closest("[data-from]");
  if (!part) return;
  refresh(part.dataset.from);
  // Who holds a case decides what can be done about it.
  const panes = document.getElementById("decide")?.dataset.from;
  if (target.id === "presence" && panes) refresh(panes);
});

// The queue --------------------------------------------------------------------------------------------------------

// What is in view is told anew where it stands; what has come, gone or moved waits for a hand, so that the list never jumps
// under it.
const order = (pane) => [...pane.querySelectorAll(".queue-title, .queue-row")].map((one) => one.id || one.textContent).join();

function placeQueue(pane, fresh) {
  const rows = [...pane.querySelectorAll(".queue-row")];
  if (rows.length === 0 || order(pane) === order(fresh)) {
    morph(pane, fresh);
    return;
  }
  for (const row of rows) {
    const found = fresh.querySelector(`#${row.id}`);
    if (found) morphRow(row, found);
    else goneFromQueue(row, pane.dataset.wordGone);
  }
  for (const part of [".queue-count", ".pane-head"]) morph(pane.querySelector(part), fresh.querySelector(part));
  morphAttributes(pane, fresh);
  const came = [...fresh.querySelectorAll(".queue-row")].filter((row) => !pane.querySelector(`#${row.id}`)).length;
  const button = pane.querySelector(".show-new");
  const more = fresh.querySelector(".queue-more");
  sayNew(button, more ? Math.max(came, Number(button.dataset.new || 0)) : came);
}

// A chosen case is decided as it was when it was chosen.
function morphRow(row, fresh) {
  const box = row.querySelector(".queue-pick input");
  const version = box?.checked ? box.value : null;
  morph(row, fresh);
  if (version !== null) box.value = version;
}

function goneFromQueue(row, words) {
  row.classList.add("is-gone");
  const side = row.querySelector(".queue-side");
  if (side.textContent !== words) side.textContent = words;
}

function sayNew(button, count) {
  button.dataset.new = String(count);
  const { wordOne, wordMany, wordOther } = button.dataset;
  const words = count === 0 ? wordOther : count === 1 ? wordOne : wordMany;
  button.textContent = words.replace("{count}", whole.format(count));
  button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest(".show-new") : null;
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const pane = button.closest("#queue");
  await bring(pane.dataset.from, { all: true });
  if (button.hidden) pane.focus({ preventScroll: true });
});

document.addEventListener("desk:fresh", () => {
  const count = document.querySelector(".queue-count b")?.textContent;
  for (const element of document.querySelectorAll("[data-count='desk'], .pane-tabs a[href='#queue'] .count")) {
    if (count && element.textContent !== count) element.textContent = count;
  }
});

// The stream -------------------------------------------------------------------------------------------------------

function sayTally(element, count) {
  const { wordReport, wordReports } = element.closest("[data-word-report]").dataset;
  const words = (count === 1 ? wordReport : wordReports).replace("{count}", whole.format(count));
  if (element.textContent !== words) element.textContent = words;
}

function stir(message) {
  const news = JSON.parse(message.data);
  seen = message.lastEventId;
  sayLive(Number(news.at));
  const said = new Set(news.words);
  for (const element of document.querySelectorAll("[data-tally]")) {
    const count = news.tally?.[element.dataset.tally];
    if (count) sayTally(element, count);
  }
  const button = document.querySelector(".show-new");
  if (news.new && button && document.querySelector(".queue-row")) {
    sayNew(button, Number(button.dataset.new || 0) + news.new);
  }
  for (const element of document.querySelectorAll("[data-hears]")) {
    if (news.much || element.dataset.hears.split(" ").some((word) => said.has(word))) refresh(element.dataset.from);
  }
}

const ears = () => {
  const parts = [...document.querySelectorAll("[data-hears]")].flatMap((part) => part.dataset.hears.split(" "));
  const tallies = [...document.querySelectorAll("[data-tally]")].map((element) => element.dataset.tally);
  return [...new Set([...parts, ...tallies])];
};

let stream = null;
let heard = new Set();
let seen = "";

// EventSource sends Last-Event-ID by itself when it comes back, so nothing is missed. A stream that was ended on purpose is
// not asked for again: the session is over. A page that shows something else listens for something else.
function listen() {
  const before = stream;
  const address = new URL(body.dataset.stream, location.href);
  if (seen) address.searchParams.set("after", seen);
  heard = new Set(ears());
  address.searchParams.set("hears", [...heard].join(" "));
  const mine = new EventSource(address);
  stream = mine;
  mine.addEventListener("open", () => {
    before?.close();
    sayLive(null);
  });
  mine.addEventListener("stir", stir);
  mine.addEventListener("beat", (message) => {
    seen = message.lastEventId || seen;
    sayLive(Number(JSON.parse(message.data).at));
  });
  mine.addEventListener("end", () => {
    mine.close();
    location.assign("/desk/sign-in");
  });
  mine.addEventListener("error", () => {
    if (mine !== stream) return;
    sayLost();
    if (mine.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  });
}

if (body.dataset.stream) listen();
