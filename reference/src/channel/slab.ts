/** Small frames are cut from slabs: memory of its own costs a typed array 0.6 us, a tenth of sealing an operation. */
const SLAB_BYTES = 65536;
/** Larger ones get their own memory, so that a slab is never kept for one frame. */
const SMALL_BYTES = 4096;

let slab = new Uint8Array(0);
let used = 0;

/** `n` zero bytes that nobody else writes to; their buffer may be shared with other results. */
export function allocate(n: number): Uint8Array {
  if (n > SMALL_BYTES) return new Uint8Array(n);
  if (slab.length - used < n) {
    slab = new Uint8Array(SLAB_BYTES);
    used = 0;
  }
  const bytes = slab.subarray(used, used + n);
  used += n;
  return bytes;
}
