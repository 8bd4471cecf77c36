"""The pushed operations of one connection and their answers (spec sections 9.9 and 9.10)."""

from codec import LIMITS, Refusal
from log import outcome


class Pushed:
    """`link` is the connection: it sends. The operations of many frames are answered together, so one write may hold them all."""

    def __init__(self, log, link):
        self.log = log
        self.link = link
        self.answers = []  # to what was received and is unanswered
        self.bytes = 0

    async def take(self, operations):
        """The operations of a frame. What was received before is answered first where the window has no room for both."""
        size = sum(len(data) for data in operations)
        most = LIMITS["PUSH_WINDOW_OPERATIONS"] + 1, LIMITS["PUSH_WINDOW_BYTES"] + LIMITS["OPERATION_BYTES"]
        if len(operations) > most[0] or size > most[1]:  # SYNC-61
            raise Refusal("push.window")
        if len(self.answers) + len(operations) > most[0] or self.bytes + size > most[1]:
            await self.answer()
        self.bytes += size
        self.answers += [self.log.push(data, self.link.number) for data in operations]  # OP-59

    async def answer(self):
        """Sends what is owed, once it is durable (SYNC-80)."""
        answers, self.answers, self.bytes = self.answers, [], 0
        for answer in answers:
            if answer.write:
                await answer.write.ended.wait()
        ids, statuses, refused = [], [], {}
        for answer in answers:
            status, refusal, retry = outcome(answer)
            if refusal is None:
                ids.append(answer.id)
                statuses.append(status)
            else:  # SYNC-60
                refused.setdefault((refusal.code("OP_MALFORMED"), retry, refusal.meaning), []).append(answer.id)
        if ids:  # SYNC-53, SYNC-63, SYNC-64
            self.link.send_control("ACK", ids=b"".join(ids), st=bytes(statuses), cur=self.log.cursor(self.log.head))
        for (code, retry, meaning), refused_ids in refused.items():  # SYNC-65
            self.link.send_control("REJECT", ids=b"".join(refused_ids), code=code, retry=retry, msg=meaning)
