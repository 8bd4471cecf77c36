"""Checks merge and compaction against merges.json and compactions.json (spec chapter 10, section 9.17)."""

from merge import State, droppable, stamp
from operations import decode_operation
from vector_forms import equal, fields_of, unhex, value_of


def operations_of(texts):
    return [decode_operation(unhex(text)) for text in texts]


def state_of(operations):
    """The state in the form of the vectors, with values decoded."""
    found = {"records": [], "indexes": []}
    for target, parts in sorted(State(operations).normal().items()):
        is_index, collection, team, record = target
        shown = {"collection": collection.decode("utf-8"), "team": team.hex(), "record": record.hex()}
        shown |= {part: parts[part][0].hex() for part in ("E", "D") if part in parts}
        names = sorted((part[0] for part in parts if isinstance(part, tuple)), key=lambda name: name.encode("utf-8"))
        fields = [(name, *reversed(parts[(name,)])) for name in names]
        if not is_index:
            shown["fields"] = [(name, value, own.hex()) for name, value, own in fields]
        if "E" in parts:  # above D, or it would not be there: MERGE-6, MERGE-11
            shown["visible"] = parts["E"][1] if is_index else [(name, value) for name, value, _ in fields]  # MERGE-7, MERGE-12
        found["indexes" if is_index else "records"].append(shown)
    return found


def expected_state(state):
    def decoded(target):
        target = dict(target)
        if "fields" in target:
            target["fields"] = [(name, value_of(value), own) for name, value, own in target["fields"]]
        if "visible" in target:
            target["visible"] = fields_of(target["visible"])
        return target

    return {name: [decoded(target) for target in targets] for name, targets in state.items()}


def valid_merge(case):
    operations = operations_of(case["operations"])
    for order in [range(len(operations)), *case["orders"]]:
        counted = [operations[place] for place in order if place not in case["deadLetters"]]  # MERGE-14
        equal(state_of(counted), expected_state(case["state"]))


def other_state(case, base):
    """A state of `invalid`: where it differs."""
    found, other = expected_state(base["state"]), expected_state(case["state"])
    equal(first_difference(found, other), case["failure"])


def first_difference(state, other):
    def targets(name, *members):
        return [[record.get(member) for member in members] for record in name]

    if targets(state["records"], "collection", "team", "record") != targets(other["records"], "collection", "team", "record"):
        return "records"
    for member in ("E", "D", "fields", "visible"):
        if targets(state["records"], member) != targets(other["records"], member):
            return member
    return "indexes" if state["indexes"] != other["indexes"] else None


def log_of(case):
    return [(entry["seq"], decode_operation(unhex(entry["operation"])), entry["pinned"]) for entry in case["log"]]


def valid_compaction(case):
    log = log_of(case)
    dropped = droppable(log)
    retained = [entry for entry in log if entry[0] not in dropped]
    equal(sorted(dropped), case["droppable"])
    equal([seq for seq, _, _ in retained], case["retained"])
    state = expected_state(case["state"])
    for seen in range(log[-1][0] + 1):  # a reader at each position
        equal(state_of([operation for seq, operation, _ in log if seq <= seen or seq not in dropped]), state)
    equal(state_of([operation for _, operation, pinned in retained if not pinned]), expected_state(case["withdrawn"]))
    counted = State(operation for _, operation, pinned in retained if not pinned)
    for arrival in case["arrivals"]:
        equal(counted.dominates(decode_operation(unhex(arrival["operation"]))), arrival["dominated"])


def wrong_compaction(case, base):
    """A compaction of `invalid`: why the first that has to stay does."""
    log = log_of(base)
    allowed = droppable(log)
    first = min(seq for seq in case["dropped"] if seq not in allowed)
    equal(why_it_stays(first, log), case["failure"])


def why_it_stays(seq, log):
    (operation, pinned), = [(operation, pinned) for number, operation, pinned in log if number == seq]
    if operation.sealed:
        return "sealed"
    if pinned:
        return "pinned"
    counted = State(operation for _, operation, pinned in log if not pinned)
    if stamp(operation) in [own for (_, part), (own, _) in counted.places.items() if part == "D"]:
        return "greatest-delete"
    return "pinned-dominates" if State(operation for _, operation, _ in log).dominates(operation) else "not-dominated"
