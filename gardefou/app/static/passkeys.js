// Asks the key before a form is sent: data-passkey is "get" (a yes, a way in) or "create" (a new key), data-options what the
// server asks. The answer goes into the form's field "said"; the form is then sent as any other.

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.passkey || !form.dataset.options) return;
  const said = form.elements.namedItem("said");
  if (!(said instanceof HTMLInputElement) || said.value) return;
  event.preventDefault();
  const problem = form.querySelector("[data-passkey-problem]");
  if (problem) problem.hidden = true;
  const button = event.submitter;
  if (button) button.disabled = true;
  try {
    const ask = { optionsJSON: JSON.parse(form.dataset.options) };
    const { startAuthentication, startRegistration } = window.SimpleWebAuthnBrowser;
    const answer = await (form.dataset.passkey === "create" ? startRegistration(ask) : startAuthentication(ask));
    said.value = JSON.stringify(answer);
    if (button) button.disabled = false;
    form.requestSubmit(button instanceof HTMLElement && form.contains(button) ? button : undefined);
  } catch (reason) {
    said.value = "";
    if (button) button.disabled = false;
    if (problem) {
      problem.hidden = false;
      problem.focus();
    }
  }
});
