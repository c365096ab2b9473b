// Working for hours, made quicker: choosing several cases of the queue. Without it each box is pressed by itself, and a
// press on several cases says how many were chosen to begin with.

{
  const bar = document.querySelector("#many-form p[data-word-many]");
  const asIs = bar?.textContent;
  let lastPicked = null;

  const boxes = () => [...document.querySelectorAll(".queue-pick input")];

  function sayPicked() {
    if (!bar) return;
    const count = boxes().filter((box) => box.checked).length;
    const words = count === 1 ? bar.dataset.wordOne : bar.dataset.wordMany;
    const number = new Intl.NumberFormat(document.documentElement.lang).format(count);
    bar.textContent = count === 0 ? asIs : words.replace("{count}", number);
  }

  // With Shift, everything between the last one and this one becomes as this one is.
  function pick(box, between) {
    const all = boxes();
    const [from, to] = [all.indexOf(lastPicked), all.indexOf(box)].sort((a, b) => a - b);
    if (between && from >= 0) for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    lastPicked = box;
    sayPicked();
  }

  document.addEventListener("click", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.matches(".queue-pick input")) {
      pick(event.target, event.shiftKey);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "x" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (document.querySelector("dialog[open]") || writing(event.target) || (keysOn && !keysOn.checked)) return;
    const row = document.activeElement?.closest(".queue-row") ?? document.querySelector(".queue-link[aria-current]")?.closest(".queue-row");
    const box = row?.querySelector(".queue-pick input");
    if (!box) return;
    event.preventDefault();
    box.checked = !box.checked;
    pick(box, event.shiftKey);
  });

  // A press says upon how many it acts, and how many follow them, after a box was cleared as well.
  const press = document.getElementById("press");

  function sayAhead() {
    const chosen = [...(press?.querySelectorAll("[name='case']:checked") ?? [])];
    const followers = chosen.reduce((sum, box) => sum + Number(box.dataset.followers), 0);
    const { lang } = document.documentElement;
    for (const element of press?.querySelectorAll("[data-counts]") ?? []) {
      const count = element.dataset.counts === "cases" ? chosen.length : followers;
      const one = new Intl.PluralRules(lang).select(count) === "one";
      const words = one ? element.dataset.wordOne : element.dataset.wordMany;
      element.textContent = words.replace("{count}", new Intl.NumberFormat(lang).format(count));
    }
  }

  press?.addEventListener("change", sayAhead);
  addEventListener("pageshow", sayAhead);

  // Whoever chooses a day means it: the time that is counted is that of the days chosen.
  document.querySelector("form[data-days]")?.addEventListener("change", ({ target, currentTarget }) => {
    if (target.type === "date") currentTarget.elements.span.value = currentTarget.dataset.days;
  });

  // One press shows every blurred word of the page, the next hides them again.
  const shower = document.querySelector("[data-shows-blurred]");
  if (shower) {
    shower.hidden = false;
    shower.addEventListener("click", () => {
      const shown = document.body.classList.toggle("shows-blurred");
      shower.setAttribute("aria-pressed", String(shown));
    });
  }

  // An image is shown by pressing its cover, and covered by pressing it again. Without this, its link opens it.
  const uncover = () => document.querySelectorAll("[data-shows-image]").forEach((cover) => cover.removeAttribute("hidden"));
  uncover();
  document.addEventListener("desk:fresh", uncover);
  document.addEventListener("click", (event) => {
    const cover = event.target instanceof Element && event.target.closest("[data-shows-image]");
    if (cover) cover.setAttribute("aria-pressed", String(cover.getAttribute("aria-pressed") !== "true"));
  });

  // A page that comes back from the browser's memory has its boxes as they were left; one that is made anew has fewer.
  addEventListener("pageshow", sayPicked);
  document.addEventListener("desk:fresh", sayPicked);
}
