// Turns the placeholders beside a form into buttons that write themselves where the cursor last was.
// Without it they are there to be read and typed.
for (const form of document.querySelectorAll("form[data-placeholders]")) {
  let last = form.querySelector("textarea");
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea, input[type=text]")) last = event.target;
  });
  for (const chip of form.querySelectorAll("[data-insert]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = chip.className;
    button.textContent = chip.dataset.insert;
    button.addEventListener("click", () => {
      last.setRangeText(chip.dataset.insert, last.selectionStart, last.selectionEnd, "end");
      last.focus();
    });
    chip.replaceWith(button);
  }
}
