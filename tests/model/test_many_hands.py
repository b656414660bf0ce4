# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many hands on one app: writers, the CLI, builders and promoters take turns, and the network fails them.

Each step is one act, or a race of two or three that are interleaved request by request. A short run with a
fixed seed is a part of `make test`; `make fuzz` goes further.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.fuzz import worlds
from tests.fuzz.sound import LONG, TRIES, carried
from tests.model import hands, oracle
from tests.model.hands import Act, Done, Task
from tests.model.turns import Turns, TurnTaking
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack

ORDERS = st.lists(st.sampled_from((0, 0, 1, 1, 2, 3)), min_size=16, max_size=40)
# Any two or three; and often those that can undo each other's changes.
TOGETHER = (
    st.lists(hands.ACTS, min_size=2, max_size=3)
    | st.tuples(hands.CLIS, hands.ENVS).map(list)
    | st.tuples(hands.ENVS, hands.CLIS, hands.ENVS | hands.BUILDS).map(list)
)
BREAKS = st.none() | st.builds(
    lambda kind, skip, times: (kind, skip, times),
    # The delayed one is done 40 s after it was sent, when nobody waits for it any more.
    st.sampled_from(("cut_before", "cut_after", "half", "delay")),
    st.integers(0, 4),
    st.sampled_from((1, 1, 2)),
)
# What check mode says and the real run must do.
PREDICTED = ("changed", "set", "unset", "unchanged", "promoted", "rolled_back_to", "previous_release")


class ManyHands(RuleBasedStateMachine):
    """See the module. ``builds``: those that somebody has asked to run; ``ran``: those that ever did."""

    @initialize(
        lag=st.sampled_from((0.0, 0.0, 0.5, 3.0)),
        old=st.sampled_from((0.0, 0.0, 1.0)),
        unfound=st.sampled_from((0.0, 0.0, 1.0)),
        jitter=st.booleans(),
        failing=st.booleans(),
    )
    def begin(self, lag: float, old: float, unfound: float, jitter: bool, failing: bool) -> None:
        self.turns = Turns()
        self.rack = MemoryRack(
            clock=self.turns,
            password=worlds.KEY_CANARY,
            lag_seconds=lag,
            read_lag_seconds=old,
            find_lag_seconds=unfound,
            lag_jitter=jitter,
            promote_seconds=4.0,
            build_seconds=3.0,
        )
        self.rack.add_app("web")
        self.rack.activate(self.rack.add_release({"A": "0", "D": "0"}, build="B1").id)
        self.failing = failing
        self.truth = {"A": "0", "D": "0"}
        self.builds = {"B1"}
        self.ran = {"B1"}
        self.number = 0
        self._rest()

    # -- steps

    @rule(act=hands.ACTS)
    def alone(self, act: Act) -> None:
        """One act with nobody else about: check mode, the real run, the same once more."""
        checked = self._check(act)
        done = self._acts([act], ())[0]
        if isinstance(act, Task):
            self._is_as_predicted(checked, done)
            self._again(act, done)

    @rule(acts=TOGETHER, order=ORDERS, broken=BREAKS)
    def race(self, acts: list[Act], order: list[int], broken: tuple[str, int, int] | None) -> None:
        """Several at once."""
        for act in acts:
            self._check(act)
        self._break(broken)
        self._acts(acts, order)

    @rule(act=hands.ACTS, broken=BREAKS.filter(bool))
    def broken(self, act: Act, broken: tuple[str, int, int]) -> None:
        """One act whose requests get lost; the next one ends what it has begun."""
        self._break(broken)
        done = self._acts([act], ())[0]
        if isinstance(act, Task):
            self._again(act, self._acts([act], ())[0] if not done.good else done)

    @rule(seconds=st.sampled_from((0.2, 2.0, 20.0)))
    def time_passes(self, seconds: float) -> None:
        self.turns.sleep(seconds)

    @precondition(lambda self: self.failing)
    @rule(fate=st.sampled_from(("fail", "")))
    def newest_is_doomed(self, fate: str) -> None:
        self.rack.fate(self.rack.release().id, fate)

    # -- how they are carried out

    def _actor(self) -> str:
        self.number += 1
        return f"hand-{self.number}"

    def _check(self, act: Act) -> Done:
        """Check mode: nothing is sent."""
        if not isinstance(act, Task):
            return Done(act, "")
        before = len(self.rack.writes)
        with worlds.served(self.rack):
            done = hands.perform(self.rack, act, self._actor(), worlds.wire_of(self.rack), check=True)
        assert len(self.rack.writes) == before, self.rack.sent[before:]
        self._is_sound(done)
        return done

    def _break(self, broken: tuple[str, int, int] | None) -> None:
        if broken is not None:
            kind, skip, times = broken
            late = 40.0 if kind == "delay" else 0.0
            self.rack.faults.append(Fault(kind, skip=skip, times=times, writes=kind != "half", seconds=late))

    def _acts(self, acts: list[Act], order: Any) -> list[Done]:
        """Carry out, then see that everything that must hold does."""
        since, newest = len(self.rack.requests), self.rack.env()
        wire = TurnTaking(worlds.wire_of(self.rack), self.turns)
        found: dict[str, Done] = {}

        def run(act: Act, actor: str) -> None:
            found[actor] = hands.perform(self.rack, act, actor, wire)

        named = [(act, self._actor()) for act in acts]
        with worlds.served(self.rack, wire):
            self.turns.race([lambda a=a, n=n: run(a, n) for a, n in named], order)  # type: ignore[misc]
        self.rack.faults.clear()
        dones = [found[actor] for _act, actor in named]
        self._rest()
        for done in dones:
            if isinstance(done.act, Task):
                self._is_sound(done)
                self._tells_what_it_wrote(done)
        self._nothing_is_lost(dones, newest)
        self._nothing_is_deployed_unasked(dones, since)
        return dones

    def _rest(self) -> None:
        """Whatever goes on comes to its end, late writes too, and reads show it."""
        self.turns.sleep(60.0)

    # -- what must hold

    def _is_sound(self, done: Done) -> None:
        words = str(done.answer.get("msg", ""))
        assert "error of its own" not in words, f"{words}\n{done.answer.get('exception')}"
        carried(done.answer)

    def _tells_what_it_wrote(self, done: Done) -> None:
        wrote, changed = done.wrote(self.rack), done.answer["changed"]
        log = [(r.operation or r.fault, r.changed) for r in done.records(self.rack) if r.write]
        assert not wrote or changed, (log, done.answer)
        # Who has lost an answer, and finds what it would have made, cannot tell who made it.
        if not done.answer.get("failed") and not any(r.fault for r in done.records(self.rack)):
            assert changed == wrote, (log, done.answer)

    def _nothing_is_lost(self, dones: list[Done], newest: dict[str, str]) -> None:
        build, truth = oracle.truth_of(self.rack)
        allowed = oracle.allowed_after(self.truth, newest, dones, self.rack)
        for key, values in allowed.items():
            assert truth.get(key) in values, (key, truth, allowed, self._story(dones))
        # What lands when nobody waits for it any more is repaired by the next task.
        late = any(r.fault == "delay" for done in dones for r in done.records(self.rack))
        envs = all(isinstance(done.act, Task) and done.act.noun == "env" and done.good for done in dones)
        if envs and not late:
            found = (self.rack.release().build, self.rack.env())
            assert found == (build, truth), ("unrepaired", found, build, truth, self._story(dones))
        self.truth = truth

    def _nothing_is_deployed_unasked(self, dones: list[Done], since: int) -> None:
        asked = set(self.builds)
        if any(done.act.deploys for done in dones):
            asked |= {release.build for release in self.rack.app().releases}
        if any(done.act.goes_back for done in dones):
            asked |= self.ran
        for record in self.rack.requests[since:]:
            if record.operation == "releases.promote" and record.changed:
                build = self.rack.release(record.path.split("/")[4]).build
                assert build in asked, (build, asked, self._story(dones))
        active = self.rack.app().release
        self.builds = {self.rack.release(active).build}
        self.ran |= self.builds

    def _is_as_predicted(self, checked: Done, done: Done) -> None:
        if done.answer.get("failed") or checked.answer.get("failed"):
            return
        said = {key: checked.answer[key] for key in PREDICTED if key in checked.answer}
        did = {key: done.answer[key] for key in said}
        assert said == did, (said, did, self._story([done]))

    def _again(self, act: Task, done: Done) -> None:
        """The same task once more has nothing to do."""
        reverted = act.options.get("wait") is False and done.answer.get("release") != self.rack.app().release
        if not done.good or reverted:
            return
        again = self._acts([act], ())[0]
        assert again.good, again.answer
        assert not again.answer["changed"], (again.answer, self._story([again]))

    def _story(self, dones: list[Done]) -> str:
        lines = []
        for done in dones:
            answer = {k: v for k, v in done.answer.items() if k not in ("diff", "invocation", "exception")}
            lines.append(f"{done.actor}: {done.act} -> {answer or done.read}")
            lines += [
                f"   {r.at:8.2f} {r.method} {r.path} {r.form or ''} {r.status} {r.fault} {r.changed}"
                for r in done.records(self.rack)
                if not r.path.endswith("/processes")
            ]
        lines += [
            f"{r.id} {r.build} {r.env.split()} {r.description!r} {r.at}" for r in self.rack.app().releases
        ]
        return "\n" + "\n".join(lines)


def test_many_hands() -> None:
    run_state_machine_as_test(
        ManyHands,
        settings=settings(
            max_examples=max(20, TRIES // 20),
            stateful_step_count=8,
            derandomize=not LONG,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
            print_blob=False,
        ),
    )
