import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { ErrorCode, type RefusalName } from '../../../reference/src/registry.ts';
import { encodeAlert } from '../../../reference/src/wire/alert.ts';
import { encodeComplete } from '../../../reference/src/wire/complete.ts';
import { encodeVerify } from '../../../reference/src/wire/verify.ts';
import { demanded } from '../requirements.ts';
import { PYTHON, python } from '../sources.ts';
import { head, KIT, type Topic } from '../vector-file.ts';

const MAC = python.frames.verify.slice(10);

const alerts = [ErrorCode.UNSUPPORTED_VERSION, ErrorCode.BUSY, ErrorCode.NO_ERROR, 0xffff, 0x06ff];

const INVALID: readonly (readonly [id: string, name: string, bytes: string, reason: RefusalName])[] = [
  ['verify-empty', 'VERIFY', '', 'verify.length'],
  ['verify-31', 'VERIFY', MAC.slice(2), 'verify.length'],
  ['verify-33', 'VERIFY', `${MAC}00`, 'verify.length'],
  ['complete-1', 'COMPLETE', '00', 'complete.body'],
  ['complete-32', 'COMPLETE', MAC, 'complete.body'],
  ['alert-empty', 'ALERT', '', 'alert.length'],
  ['alert-1', 'ALERT', '02', 'alert.length'],
  ['alert-3', 'ALERT', '020100', 'alert.length'],
];

export const shortMessages: Topic = () => ({
  ...head(
    'short-messages',
    'Payloads of VERIFY, COMPLETE and ALERT. Whether a VERIFY is right is told in the topic handshakes.',
    {
      ...PYTHON,
      ...KIT,
    },
  ),
  valid: [
    {
      id: 'verify-python',
      source: 'python',
      requirements: ['HS-62'],
      message: { message: 'VERIFY', mac: MAC },
      bytes: toHex(encodeVerify(fromHex(MAC))),
    },
    {
      id: 'complete',
      source: 'kit',
      requirements: ['HS-65'],
      message: { message: 'COMPLETE' },
      bytes: toHex(encodeComplete()),
    },
    ...alerts.map((code) => ({
      id: `alert-${code.toString(16).padStart(4, '0')}`,
      source: 'kit',
      ...(code > 0x0605 ? { note: 'a code that 1.0 does not know' } : {}),
      requirements: ['HS-68', ...(code > 0x0605 ? ['ERR-101'] : [])],
      message: { message: 'ALERT', code },
      bytes: toHex(encodeAlert({ code })),
    })),
  ],
  invalid: INVALID.map(([id, name, bytes, reason]) => ({
    id,
    source: 'kit',
    requirements: demanded(reason),
    name,
    bytes,
    reason,
  })),
});
