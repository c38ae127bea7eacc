// The program of a loss of sums, made of parts that symopt/page/sums.py prints: each is a total over `size` terms, the
// last one f itself. g(C, T, Q, I, N) fills Q with the value of a part and its slopes in the variables and in the totals
// that it reads, h with the curvatures behind them, all added up over N terms, those numbered I if that is not null. The
// chain rule makes slopes and curvatures in the variables of that. It stands in pages whose loss is a sum.
export function summed(n, parts, squares, kinks, count) {
  const half = (n * (n + 1)) / 2;
  const T = new Float64Array(parts.length); // the totals' values, gradients and Hessians
  const G = parts.map(() => new Float64Array(n));
  const H = parts.map(() => new Float64Array(half));
  const room = parts.map(({ reads }) => {
    const m = n + reads.length;
    return new Float64Array(1 + m + (m * (m + 1)) / 2);
  });
  // the derivative of input a of a part by variable i
  const slope = (reads, a, i) => (a < n ? Number(a === i) : G[reads[a - n]][i]);
  const fill = (C, bends, rows) => {
    parts.forEach((part, t) => {
      const { reads, size, first, weight = 1 } = part;
      const Q = room[t];
      const m = n + reads.length;
      const drawn = rows && first !== undefined;
      const I = drawn ? among(rows, first, size) : null;
      const w = drawn ? (weight * count) / rows.length : weight;
      (bends ? part.h : part.g).call(part, C, T, Q, I, drawn ? I.length : size);
      T[t] = w * Q[0];
      for (let i = 0; i < n; i++) {
        G[t][i] = w * reads.reduce((sum, r, k) => sum + Q[1 + n + k] * G[r][i], Q[1 + i]);
        for (let j = 0; bends && j <= i; j++) {
          const at = (i * (i + 1)) / 2 + j;
          let sum = reads.length ? reads.reduce((sum, r, k) => sum + Q[1 + n + k] * H[r][at], 0) : Q[1 + m + at];
          for (let a = 0, k = 1 + m; reads.length && a < m; a++)
            for (let b = 0; b <= a; b++, k++) {
              const both = slope(reads, a, i) * slope(reads, b, j);
              sum += Q[k] * (a === b ? both : both + slope(reads, b, i) * slope(reads, a, j));
            }
          H[t][at] = w * sum;
        }
      }
    });
  };
  const last = parts.length - 1;
  const over = (rows) => {
    const fills = (bends) => (C, O) => {
      fill(C, bends, rows);
      O[0] = T[last];
      O.set(G[last], 1);
      if (bends) O.set(H[last], 1 + n);
    };
    return { g: fills(false), h: fills(true), kinks };
  };
  // how far a unit of rounding moves f: that of each term, and of adding them up, times what f makes of it
  const e = (C) => {
    fill(C, false);
    const A = parts.map((_, t) => Number(t === last));
    let moved = 0;
    for (let t = last; t >= 0; t--) {
      const { reads, size, weight = 1 } = parts[t];
      const a = A[t] * weight;
      reads.forEach((r, k) => (A[r] += a * room[t][1 + n + k]));
      const Q = [0, 0];
      parts[t].e(C, T, Q, null, size);
      moved += Math.abs(a) * (Q[0] + Q[1] * Math.log2(Math.max(size, 1)));
    }
    return moved;
  };
  const r = (C) => {
    fill(C, false);
    return squares.flatMap(({ reads, size, r }) => {
      const Q = [];
      r(C, T, Q, null, size);
      const m = n + reads.length;
      if (m === n) return Q;
      return Array.from({ length: size * (n + 1) }, (_, at) => {
        const [row, i] = [Math.floor(at / (n + 1)) * (m + 1), at % (n + 1)];
        return i === n ? Q[row + m] : reads.reduce((sum, r, k) => sum + Q[row + n + k] * G[r][i], Q[row + i]);
      });
    });
  };
  const size = parts.reduce((most, part) => Math.max(most, part.size), 0);
  return { ...over(null), size, ...(parts[last].e ? { e } : {}), ...(squares.length ? { r } : {}), count, batch: over };
}

// Of items by their numbers those of one sum, numbered from its first.
export function among(rows, first, size) {
  return rows.filter((k) => k >= first && k < first + size).map((k) => k - first);
}
