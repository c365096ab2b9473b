// What every page may use; each page works without it. Counts what is left in a field with a limit.

for (const field of document.querySelectorAll("textarea[maxlength][data-counted]")) {
  const left = document.getElementById(field.dataset.counted);
  if (!left) continue;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const say = () => {
    left.textContent = number.format(field.maxLength - [...field.value].length);
  };
  field.addEventListener("input", say);
  say();
}
