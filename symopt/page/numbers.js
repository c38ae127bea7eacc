// Functions that Math does not have; the same formulas as symopt/numerics.py.

export function square(u) {
  return u * u;
}

// numpy's power: 1 to any power is 1, and so is (−1) to an infinite one.
export function raise(u, n) {
  if (u === 1 || (u === -1 && !Number.isFinite(n) && n === n)) return 1;
  return Math.pow(u, n);
}

export function heaviside(u) {
  return u > 0 ? 1 : u < 0 ? 0 : u === 0 ? 0.5 : NaN;
}

export function sigmoid(u) {
  const small = Math.exp(-Math.abs(u));
  return (u >= 0 ? 1 : small) / (1 + small);
}

export function logaddexp(u, v) {
  if (u === v) return u + Math.LN2;
  const d = u - v;
  return d > 0 ? u + Math.log1p(Math.exp(-d)) : d <= 0 ? v + Math.log1p(Math.exp(d)) : NaN;
}

// The derivative of sin(u)/u of an order: its Taylor series near 0, a recurrence elsewhere.
export function sinc(order, u) {
  if (!Number.isFinite(u)) return NaN;
  if (Math.abs(u) < 2) {
    let series = 0;
    for (let n = 18; 2 * n >= order && n >= 0; n--) {
      let factor = n % 2 ? -1 : 1;
      for (let k = 2 * n + 1; k > 1; k--) factor /= k;
      for (let k = 0; k < order; k++) factor *= 2 * n - k;
      series += factor * u ** (2 * n - order);
    }
    return series;
  }
  let value = Math.sin(u) / u;
  for (let k = 1; k <= order; k++) value = (Math.sin(u + (k * Math.PI) / 2) - k * value) / u;
  return value;
}
