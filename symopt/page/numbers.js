// Operations that Math does not have.

export function square(u) {
  return u * u;
}

// numpy's power: 1 to any power is 1, and so is (−1) to an infinite one.
export function raise(u, n) {
  if (u === 1 || (u === -1 && !isFinite(n) && n === n)) return 1;
  return Math.pow(u, n);
}
