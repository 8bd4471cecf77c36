"""What operations do to records and indexes, what they come to, and what may be dropped (spec chapter 10, section 9.17).

An operation has effects, each on a place: a target (is it an index, collection, team, record id) and there E, D, or a field,
which is (name,). What a set of operations comes to is the greatest stamp of each place, with its value (section 10.4).
"""

from codec import u64


def stamp(operation):
    return u64(operation.counter) + operation.node + operation.id  # MERGE-2: bytes compare as unsigned


def effects(operation):
    """The values by their places; none for a sealed operation, and for an update without fields."""
    if operation.sealed:
        return {}
    is_index = operation.type in ("createIndex", "dropIndex")  # MERGE-13
    target = is_index, operation.collection.encode("utf-8"), operation.team, operation.record  # MERGE-1
    if operation.type == "createIndex":
        return {(target, "E"): operation.changes}  # MERGE-12
    if operation.type in ("delete", "dropIndex"):
        return {(target, "D"): None}
    places = {(target, (name,)): value for name, value in operation.changes}
    if operation.type == "insert":
        places[target, "E"] = None
    return places


class State:
    """The join of what the operations do, in whatever order they come (MERGE-15)."""

    def __init__(self, operations=()):
        self.places = {}  # place -> (greatest stamp, its value): MERGE-3 to MERGE-5
        for operation in operations:
            self.add(operation)

    def add(self, operation):
        own = stamp(operation)
        for place, value in effects(operation).items():
            if place not in self.places or own > self.places[place][0]:
                self.places[place] = own, value

    def top(self, target, part):
        """The greatest stamp there; none is below all others."""
        return self.places.get((target, part), (b"", None))[0]

    def dominates(self, operation):
        """Section 9.17: is each effect dominated by what was added?"""
        if operation.sealed:  # SYNC-127
            return False
        own = stamp(operation)
        return all(own < self.top(*place) or own < self.top(place[0], "D") for place in effects(operation))

    def normal(self):
        """The normal form of section 10.2: target -> what is left of it, as a dictionary that may have E with its value, D, and
        fields by their names."""
        targets = {}
        for (target, part), (own, value) in self.places.items():
            if part == "D" or own > self.top(target, "D"):
                targets.setdefault(target, {})[part] = own, value
        return targets


def droppable(entries):
    """The keys of the operations that may be dropped together. `entries`: (key, operation, pinned), where a pinned one is pending
    or a dead letter.

    What dominates may itself be among them: then what dominates it dominates all that it did (section 10.4)."""
    entries = list(entries)
    state = State(operation for _, operation, pinned in entries if not pinned)  # SYNC-122
    return {key for key, operation, pinned in entries if not pinned and state.dominates(operation)}  # SYNC-120, SYNC-121, SYNC-138
