// Each player moves a line over the pictures of its block; a click on a picture goes there.
for (const block of document.querySelectorAll(".listen")) {
  const player = block.querySelector("audio");
  const pictures = [...block.querySelectorAll(".picture[data-start]")].map((picture) => {
    const at = Object.fromEntries(Object.entries(picture.dataset).map(([k, v]) => [k, Number(v)]));
    const line = document.createElement("div");
    line.className = "playhead";
    line.hidden = true;
    line.style.top = `${at.top * 100}%`;
    line.style.height = `${(at.bottom - at.top) * 100}%`;
    picture.append(line);
    picture.classList.add("live");
    picture.addEventListener("click", (event) => {
      const box = picture.getBoundingClientRect();
      const share = ((event.clientX - box.left) / box.width - at.left) / (at.right - at.left);
      player.currentTime = at.start + Math.min(1, Math.max(0, share)) * (at.end - at.start);
      player.play();
    });
    return { at, line };
  });
  const show = () => {
    for (const { at, line } of pictures) {
      const share = (player.currentTime - at.start) / (at.end - at.start);
      line.hidden = player.currentTime === 0 || share > 1;
      line.style.left = `${(at.left + share * (at.right - at.left)) * 100}%`;
    }
    if (!player.paused) requestAnimationFrame(show);
  };
  for (const event of ["play", "seeked", "ended"]) player.addEventListener(event, show);
  player.addEventListener("play", () => {
    for (const other of document.querySelectorAll("audio")) if (other !== player) other.pause();
  });
}
