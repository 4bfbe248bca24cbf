// Photos to try the service with. samples/LICENSES.txt says who made them.

import { element } from "./dom.js";

const SAMPLES = [
  ["cat-chelsea.jpg", "A ginger cat", "Stefan van der Walt, CC0"],
  ["cat-tortoiseshell.jpg", "A tortoiseshell cat", "Toyah, public domain"],
  ["cat-playing.jpg", "A kitten with yarn", "Loliloli, public domain"],
  ["dog-shepherd.jpg", "A German shepherd", "Hans Kemperman, public domain"],
  ["drawing.png", "A drawing, unlike the training photos", "the vgg16-serving authors, CC0"],
];

/** Fills the list; `add(name, image)` takes the one that is chosen, `failed(status)` those that don't come. */
export function offerSamples(list, add, failed) {
  list.append(...SAMPLES.map(([file, title, author]) => sample(file, title, author, add, failed)));
}

function sample(file, title, author, add, failed) {
  const image = element("img", { src: `samples/${file}`, alt: title, width: 64, height: 64 });
  const choice = element("button", { type: "button", title: `${title} (${author})` }, image);
  choice.addEventListener("click", async () => {
    try {
      const response = await fetch(image.src);
      const blob = await response.blob();
      if (response.ok) {
        add(file, blob);
      } else {
        failed(response.status);
      }
    } catch {
      failed(0);
    }
  });
  return element("li", {}, choice);
}
