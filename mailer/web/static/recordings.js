// A click on a recording puts its player into the page; before that nothing is asked of its house.
// Without this script the click follows the link.
for (const poster of document.querySelectorAll("a.poster[data-player]")) {
  poster.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const player = document.createElement("iframe");
    player.src = poster.dataset.player;
    player.title = poster.innerText.trim();
    player.allow = "fullscreen; picture-in-picture";
    player.allowFullscreen = true;
    player.referrerPolicy = "strict-origin-when-cross-origin";
    player.className = "player";
    player.tabIndex = 0;
    poster.replaceWith(player);
    player.focus();
  });
}
