// In the browser that filled in the sign-up form the confirmation needs no second click.
// Without this script the button does the same.
document.querySelector("form[data-submits-itself]")?.requestSubmit();
