/** A way to be wrong, put into the seams that the nodes have. What is absent is as it should be. */
import type { ClientParts } from '../src/node/client-parts.ts';
import type { ServerParts } from '../src/node/server-parts.ts';
import type { Disk } from '../src/store/disk.ts';
import type { OpenedJournal } from '../src/sync/journal.ts';
import { MergeState } from '../src/sync/merge/index.ts';
import type { Remote } from '../src/sync/remote.ts';
import type { Replica } from '../src/sync/replica.ts';
import type { Life, VirtualTime } from './virtual-time.ts';

export interface Bug {
  readonly about: string;
  readonly server?: (parts: ServerParts, replica: () => Replica) => ServerParts;
  readonly client?: (parts: ClientParts, replica: Replica, remote: () => Remote) => ClientParts;
  readonly journal?: (opened: OpenedJournal, time: VirtualTime, life: Life) => OpenedJournal;
  readonly disk?: (disk: Disk) => Disk;
  /** Once for each replica that is opened, before anything is done with it. */
  readonly replica?: (replica: Replica) => void;
  readonly newState?: () => MergeState;
}

export const newState = (bug: Bug | undefined): MergeState => bug?.newState?.() ?? new MergeState();
