// Tells each date by the visitor's own clock, where that differs from the one on the page.
// Without this script the page says the time with its zone, and that is enough.
{
  const words = document.currentScript.dataset.words;
  const language = document.documentElement.lang;
  const written = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  for (const place of document.querySelectorAll("[data-moment]")) {
    const moment = new Date(place.dataset.moment);
    const said = /([+-])(\d\d):(\d\d)$/.exec(place.dataset.moment);
    if (said === null) continue;
    const minutes = Number(said[2]) * 60 + Number(said[3]);
    if ((said[1] === "-" ? -minutes : minutes) === -moment.getTimezoneOffset()) continue;
    place.textContent = words.replace("{when}", written.format(moment));
    place.hidden = false;
  }
}
