/** The disk of a simulated node between its crashes: it fails, and loses its power, at the step at which a history says so. */
import type { Disk, DiskErrorCode } from '../src/store/disk.ts';
import { type DiskStep, type Fault, faultyDisk, PowerLoss } from '../src/store/faulty-disk.ts';
import { MemoryDisk } from '../src/store/memory-disk.ts';
import type { Random } from './random.ts';

interface ArmedFault {
  readonly code: DiskErrorCode;
  after: number;
  times: number;
}

/** What the disk may say `no room` to. */
const TAKES_ROOM: readonly DiskStep['what'][] = ['create', 'write'];

export class SimulatedDisk {
  memory = new MemoryDisk();
  /** Steps until the process is stopped, and what does it. */
  crash: { after: number; readonly stop: () => void } | undefined;
  faults: ArmedFault[] = [];
  /** It has failed: a part of a write may be there, which is not what a crash leaves, and may be called damage. */
  hasFailed = false;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The disk as the next process sees it. */
  mount(): Disk {
    return faultyDisk(this.memory, (step) => this.#faultAt(step));
  }

  /** What a crash leaves of it. */
  lose(how: 'kill' | 'power'): void {
    this.crash = undefined;
    this.memory = how === 'kill' ? this.memory.kill() : this.memory.crash(() => this.#random.fraction());
  }

  /** What a crash now would leave, with the randomness of the caller. */
  imagine(random: Random): MemoryDisk {
    return this.memory.crash(() => random.fraction());
  }

  heal(): void {
    this.crash = undefined;
    this.faults = [];
  }

  #faultAt(step: DiskStep): Fault {
    if (this.crash !== undefined && --this.crash.after < 0) {
      this.crash.stop();
      throw new PowerLoss(`at ${step.what} of ${step.path}`);
    }
    for (const fault of this.faults) {
      if (fault.times === 0 || (fault.code === 'ENOSPC' && !TAKES_ROOM.includes(step.what))) continue;
      if (fault.after > 0) {
        fault.after -= 1;
        continue;
      }
      fault.times -= 1;
      this.hasFailed = true;
      const isPartial = step.what === 'write' && this.#random.chance(0.5);
      return isPartial ? { code: fault.code, written: this.#random.between(0, 200) } : { code: fault.code };
    }
    return undefined;
  }
}
