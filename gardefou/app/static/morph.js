// Makes a part of a page as a fresh one of it is, and touches only what differs: scrolling, focus, selection, opened details
// and half-written words stay where they are. What a hand has changed is its own, and nothing writes over it.

const CONTROLS = "input, select, textarea";

function handChanged(control) {
  if (control instanceof HTMLSelectElement) {
    const chosen = [...control.options].findIndex((option) => option.defaultSelected);
    return control.selectedIndex !== Math.max(0, chosen);
  }
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  return control.type !== "hidden" && control.value !== control.defaultValue;
}

// Whether a hand is at work in a part: something in it is changed, is being pointed at by the keys, or is selected.
function atWork(part) {
  const focus = document.activeElement;
  if (focus !== part && part.contains(focus) && focus.matches(`${CONTROLS}, button`)) return true;
  return [...part.querySelectorAll(CONTROLS)].some(handChanged);
}

function beingRead(part) {
  const chosen = getSelection();
  return part.matches(":hover") || (chosen && !chosen.isCollapsed && chosen.containsNode(part, true));
}

//   data-keeps   nothing in it changes while a hand is at work there
//   data-waits   nor while somebody points at it or selects in it
function mustWait(part) {
  return (part.matches("[data-keeps]") && atWork(part)) || (part.matches("[data-waits]") && (beingRead(part) || atWork(part)));
}

// What this browser alone knows of an element.
function ofThisBrowser(element, name) {
  if (name === "open" || name === "data-said") return true;
  return (name === "hidden" || name === "aria-pressed") && element.matches("[data-shows-blurred], [data-shows-image], [data-open]");
}

function morphAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !ofThisBrowser(old, name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !ofThisBrowser(old, name)) old.setAttribute(name, value);
  }
}

const alike = (one, other) => one.nodeName === other.nodeName && (one.id || "") === (other.id || "");

function morphChildren(old, fresh, waits) {
  const named = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  const wanted = new Set([...fresh.children].map((child) => child.id));
  let next = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    let found = child.id ? named.get(child.id) : next;
    if (!child.id) while (found && !alike(found, child)) found = found.nextSibling;
    if (!found || !alike(found, child)) {
      old.insertBefore(document.importNode(child, true), next);
      continue;
    }
    // What stands between and is not wanted goes; nothing is moved that can stay.
    while (next && next !== found && !wanted.has(next.id || " ")) {
      const gone = next;
      next = next.nextSibling;
      gone.remove();
    }
    if (next === found) next = next.nextSibling;
    else old.insertBefore(found, next);
    morph(found, child, waits);
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

// `waits` is called with each part that is left for later.
function morph(old, fresh, waits = () => {}) {
  if (!(old instanceof Element)) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (mustWait(old)) {
    waits(old);
    return;
  }
  if (old.matches(CONTROLS) && (old === document.activeElement || handChanged(old))) return;
  morphAttributes(old, fresh);
  morphChildren(old, fresh, waits);
  if (old instanceof HTMLInputElement) {
    if (old.type === "checkbox" || old.type === "radio") old.checked = old.defaultChecked;
    else if (old.type !== "file") old.value = old.defaultValue;
  }
}
