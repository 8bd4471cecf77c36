/** Merge: what the records and indexes are that a set of operations comes to. */
export { IndexState } from './index-state.ts';
export type { Alteration } from './lattice-state.ts';
export { MergeState, type Visible, type VisibleChange } from './merge-state.ts';
export { RecordState, type StampedValue } from './record-state.ts';
export { compareStamps, type Stamp, stampOf } from './stamp.ts';
export { type Space, type Target, targetKey, targetOf } from './target.ts';
