// The model of a step: the quadratic with the loss's value and slope at x whose stationary point is the next x.
import { eigen, evaluate } from "./walk.js";

const POINTS = 96;

// Its level line through x as pieces of points, in two variables; null where the step tells no quadratic.
// B is diagonal where the method is: in H's eigenvectors, or a multiple of the identity where it knows no H.
export function levelLine(loss, rule, w, k) {
  if (w.drawn) return null; // the step saw noise, or a batch
  const [x, y] = [w.xs[2 * k], w.xs[2 * k + 1]];
  const g = [w.gs[2 * k], w.gs[2 * k + 1]];
  const d = [w.xs[2 * k + 2] - x, w.xs[2 * k + 3] - y];
  let [axes, B] = [[[1, 0], [0, 1]], null]; // prettier-ignore
  const along = (v) => axes.map((axis) => axis[0] * v[0] + axis[1] * v[1]);
  if (!rule.bends) {
    const c = -(g[0] * d[0] + g[1] * d[1]) / (d[0] * d[0] + d[1] * d[1]);
    const off = Math.abs(g[0] * d[1] - g[1] * d[0]);
    if (!(off <= 1e-6 * Math.hypot(...g) * Math.hypot(...d))) return null; // no circle has this step
    B = [c, c];
  } else {
    const O = evaluate(loss, [x, y], true);
    const e = eigen(O[3], O[4], O[5]);
    axes = [[e.c, -e.s], [e.s, e.c]]; // prettier-ignore
    const [slopes, steps] = [along(g), along(d)];
    B = steps.map((step, i) => (step === 0 ? [e.one, e.two][i] : -slopes[i] / step));
  }
  const level = along(d).reduce((sum, step, i) => sum + B[i] * step * step, 0);
  const size = B.map((b) => Math.sqrt(Math.abs(level / b)));
  if (!size.every(isFinite) || !level) return null;
  const at = (u, v) => [x + d[0] + u * axes[0][0] + v * axes[1][0], y + d[1] + u * axes[0][1] + v * axes[1][1]];
  const share = Array.from({ length: POINTS + 1 }, (_, i) => i / POINTS);
  if (B[0] * level > 0 && B[1] * level > 0)
    return [share.map((s) => at(size[0] * Math.cos(2 * Math.PI * s), size[1] * Math.sin(2 * Math.PI * s)))];
  const first = B[0] * level > 0;
  return [-1, 1].map((sign) =>
    share.map((s) => {
      const t = 8 * (s - 0.5);
      const [c, h] = [sign * Math.cosh(t), Math.sinh(t)];
      return first ? at(size[0] * c, size[1] * h) : at(size[0] * h, size[1] * c);
    }),
  );
}
