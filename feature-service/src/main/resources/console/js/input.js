// Photos that are dropped, pasted or chosen.

import { byId } from "./dom.js";

/** Calls `add(files)` with what somebody gives the page. */
export function takePhotos(add) {
  const files = byId("files");
  byId("choose").addEventListener("click", () => files.click());
  files.addEventListener("change", () => {
    add([...files.files]);
    files.value = "";
  });
  document.addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length > 0) {
      event.preventDefault();
      add(pasted);
    }
  });
  takeDrops(add);
}

/** The whole page takes files: one that misses the field must not replace the page. */
function takeDrops(add) {
  const field = byId("drop");
  let inside = 0;
  const show = () => field.classList.toggle("over", inside > 0);
  document.addEventListener("dragenter", (event) => {
    inside += hasFiles(event) ? 1 : 0;
    show();
  });
  document.addEventListener("dragleave", (event) => {
    inside -= hasFiles(event) ? 1 : 0;
    show();
  });
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
    }
  });
  document.addEventListener("drop", (event) => {
    inside = 0;
    show();
    if (hasFiles(event)) {
      event.preventDefault();
      add([...event.dataTransfer.files]);
    }
  });
}

function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
