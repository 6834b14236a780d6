"""Parts handed to workers elsewhere: none is lost, none done twice, none waited for in vain."""

from itertools import count

import pytest

from stance.errors import StanceError, UsageError
from stance.scoring.admission import Admitted
from stance.scoring.blocks import Block
from stance.scoring.dispatch import Dispatcher, WorkerLost, grouped

OK, DIES, HANGS, FAILS = "ok", "dies", "hangs", "fails"


def blocks_of(parts):
    """Two blocks of one item each a part, so that part n begins at item 2n."""
    item = Admitted(item=None, digest=0)
    for n in range(parts):
        for number in (0, 1):
            yield Block(part=n, first=2 * n, number=number, items=(item,), last=number == 1)


class Stage:
    """Workers that do what a script says: `plan[first item]` are the fates of its tries in turn.

    `starts` are the fates of the workers' starts. Waiting moves the clock, nothing else does.
    """

    def __init__(self, plan=None, starts=()):
        self.plan = {first: list(fates) for first, fates in (plan or {}).items()}
        self.starts, self.tickets, self.now = list(starts), count(), 0.0
        self.answers, self.queues, self.ended, self.sent = {}, {}, [], []

    def start(self):
        worker, ticket = len(self.queues), next(self.tickets)
        self.queues[worker] = []
        self.answers[ticket] = self.starts.pop(0) if self.starts else OK
        return worker, ticket

    def send(self, worker, blocks):
        ticket, first = next(self.tickets), blocks[0].first
        self.sent.append((worker, first))
        self.queues[worker].append((ticket, first))
        return ticket

    def wait(self, tickets, seconds):
        assert tickets, "waited for nothing"
        for queue in self.queues.values():
            if queue and queue[0][0] in tickets and queue[0][0] not in self.answers:
                ticket, first = queue[0]
                fates = self.plan.get(first)
                self.answers[ticket] = fates.pop(0) if fates else OK
        done = [t for t in tickets if self.answers.get(t, HANGS) != HANGS]
        if not done:
            self.now += seconds
        return done

    def answer(self, ticket):
        fate = self.answers.pop(ticket)
        if fate == DIES:
            raise WorkerLost("it was killed")
        if fate == FAILS:
            raise StanceError("the model is broken")
        for queue in self.queues.values():
            if queue and queue[0][0] == ticket:
                return queue.pop(0)[1]
        return "ready"

    def end(self, worker):
        self.ended.append(worker)
        self.queues[worker] = []

    def state(self):
        return "2 nodes, 4 CPUs"


def run(stage, *, parts=6, workers=2, stall=100.0):
    dispatcher = Dispatcher(stage, count=workers, stall_seconds=stall, clock=lambda: stage.now)
    return list(dispatcher.parts(blocks_of(parts)))


def test_blocks_are_grouped_by_their_part():
    assert [[b.number for b in group] for group in grouped(blocks_of(2))] == [[0, 1], [0, 1]]


def test_every_part_comes_once_and_no_worker_holds_more_than_two():
    stage = Stage()
    assert sorted(run(stage)) == [0, 2, 4, 6, 8, 10]
    assert sorted(first for _, first in stage.sent) == [0, 2, 4, 6, 8, 10]
    assert stage.sent[:4] == [(0, 0), (1, 2), (0, 4), (1, 6)]
    assert stage.ended == []


def test_input_is_read_no_further_than_the_workers_can_take():
    read = []

    def blocks():
        for block in blocks_of(50):
            read.append(block)
            yield block

    dispatcher = Dispatcher(Stage(), count=2, stall_seconds=9.0)
    next(dispatcher.parts(blocks()))
    assert len(read) == 2 * 4


def test_a_worker_that_dies_is_replaced_and_all_it_held_is_done_again():
    stage = Stage({4: [DIES]})
    assert sorted(run(stage)) == [0, 2, 4, 6, 8, 10]
    assert stage.ended == [0]
    assert [first for _, first in stage.sent].count(4) == 2
    assert 2 in {worker for worker, _ in stage.sent}


def test_a_part_on_which_three_workers_die_ends_the_run():
    with pytest.raises(
        StanceError,
        match=r"part-000000004-000000005 cannot be scored: 3 workers were lost on it \(the last: "
        r"it was killed\); what is done stays; run again with --workers 1",
    ):
        run(Stage({4: [DIES, DIES, DIES]}))


def test_deaths_at_different_parts_end_nothing():
    plan = {first: [DIES, DIES] for first in range(0, 12, 2)}
    assert sorted(run(Stage(plan))) == [0, 2, 4, 6, 8, 10]


def test_a_part_that_waited_behind_the_fatal_one_is_not_to_blame():
    stage = Stage({0: [DIES, DIES]})
    assert sorted(run(stage, parts=2, workers=1)) == [0, 2]
    assert [first for _, first in stage.sent] == [0, 2, 0, 2, 0, 2]


def test_a_worker_that_hangs_is_ended_and_its_part_done_by_another():
    stage = Stage({2: [HANGS]})
    assert sorted(run(stage, stall=50.0)) == [0, 2, 4, 6, 8, 10]
    assert stage.ended == [1]
    assert 50 < stage.now < 100


def test_a_part_that_always_hangs_ends_the_run_after_three_times_the_bound():
    stage = Stage({2: [HANGS, HANGS, HANGS]})
    with pytest.raises(StanceError, match=r"the last: no answer for 50 seconds"):
        run(stage, stall=50.0)
    assert 150 < stage.now < 250


def test_an_error_of_the_work_itself_ends_the_run_at_once():
    stage = Stage({2: [FAILS]})
    with pytest.raises(StanceError, match="the model is broken"):
        run(stage)
    assert stage.now == 0


def test_workers_that_find_no_room_are_gone_without():
    stage = Stage(starts=[OK, HANGS, HANGS])
    assert sorted(run(stage, workers=3)) == [0, 2, 4, 6, 8, 10]
    assert {worker for worker, _ in stage.sent} == {0}


def test_a_run_without_any_worker_ends_after_the_bound():
    stage = Stage(starts=[HANGS, HANGS])
    with pytest.raises(
        StanceError,
        match=r"no worker was ready within 50 seconds \(2 nodes, 4 CPUs\); free some room",
    ):
        run(stage, stall=50.0)
    assert 50 < stage.now < 100


def test_workers_that_die_while_they_start_are_tried_three_times():
    assert run(Stage(starts=[DIES, DIES, OK]), parts=1, workers=1) == [0]
    with pytest.raises(StanceError, match=r"workers do not start \(it was killed\)"):
        run(Stage(starts=[DIES, DIES, DIES]), workers=1)


@pytest.mark.parametrize(
    ("nodes", "cpus", "gpus", "expected"),
    [
        ([{"CPU": 2.0}], 1, 0, 1),
        ([{"CPU": 1.0}], 1, 0, 0),
        ([{"CPU": 8.0}, {"CPU": 8.0}], 1, 0, 15),
        ([{"CPU": 8.0}, {"CPU": 8.0}], 4, 0, 3),
        ([{"CPU": 9.0}, {"CPU": 8.0}], 4, 0, 4),
        ([{"CPU": 3.0}, {"CPU": 3.0}], 2, 0, 2),
        ([{"CPU": 16.0, "GPU": 4.0}], 2, 1, 4),
        ([{"CPU": 16.0, "GPU": 4.0}], 1, 0.5, 8),
        ([{"CPU": 16.0}], 1, 1, 0),
        ([{}], 1, 0, 0),
    ],
)
def test_workers_fit_on_single_nodes_and_leave_one_cpu_free(nodes, cpus, gpus, expected):
    from stance.scoring.cluster import places

    assert places(nodes, cpus=cpus, gpus=gpus) == expected


def test_impossible_sizes_are_refused():
    from stance.scoring.cluster import RayOptions

    for wrong in ({"actors": 0}, {"cpus": 0}, {"gpus": -1}, {"stall_seconds": 0},
                  {"stall_seconds": float("nan")}, {"gpus": float("inf")}):  # fmt: skip
        with pytest.raises(UsageError, match="expected"):
            RayOptions(**wrong)


def test_a_worker_with_another_version_of_what_rows_depend_on_is_refused():
    from stance.scoring.cluster import check_versions, versions

    check_versions(versions(), versions())
    with pytest.raises(StanceError, match=r"has pyarrow 1\.0, this machine .*install the same"):
        check_versions(versions(), {**versions(), "pyarrow": "1.0"})
