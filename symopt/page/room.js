// Words in a picture: each stands where neither a mark nor another is, or is not shown.
import { set } from "./dom.js";
import { half } from "./scale.js";

export function makeRoom({ left, right, top, bottom }) {
  const [taken, points] = [[], []]; // boxes of pixels
  const mark = (x, y, r, point) => (point ? points : taken).push([x - r, x + r, y - r, y + r]);
  // A text takes the first place that is free, its middle there; the pointer's values are read above all. Where none is,
  // it takes the first of `others` on which it covers nothing but points that a walk has left.
  const put = (text, places, others = []) => {
    const wide = half(text.textContent);
    const around = ([x, y]) => [x - wide, x + wide, y - 12, y + 4];
    const free = (place, boxes) => {
      const [l, r, t, b] = around(place);
      if (l < left || r > right || t < top + 20 || b > bottom) return false;
      return boxes.every(([L, R, T, B]) => l >= R || r <= L || t >= B || b <= T);
    };
    const found =
      places.find((place) => free(place, taken) && free(place, points)) ?? others.find((place) => free(place, taken));
    if (found) taken.push(around(found));
    const [x, y] = found ?? [0, 0];
    set(text, { x, y, "text-anchor": "middle", display: found ? null : "none" });
  };
  return { mark, put };
}
