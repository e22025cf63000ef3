"""Work beside the screen: one at a time, in a queue, stopped when asked (pages/shared/parts/jobs.py)."""

from __future__ import annotations

import threading

from pages.shared.parts import jobs

ready = threading.Event()


def test_a_job_stops_after_the_page_it_is_at():
    def endless(progress):
        for number in range(1_000_000):
            progress("進んでいます。", number % 23 / 23)
            job.stop()
        return b"never"

    job = jobs.Job(lambda progress: (ready.wait(5), endless(progress))[1], "x")
    ready.set()
    job.thread.join(10)
    assert not job.running
    assert job.made is None
    assert not job.failed


def test_one_file_is_made_at_a_time_and_the_others_know_their_place():
    free, made = threading.Event(), []

    def make(name):
        def run(progress):
            made.append(name)
            assert free.wait(10)
            progress("できました。", 1.0)
            return b"made"

        return run

    waiting = [jobs.Job(make(name), name) for name in "abc"]
    assert [job.ahead for job in waiting] == [0, 1, 2]
    waiting[1].stop()
    waiting[1].thread.join(10)
    assert [job.ahead for job in waiting] == [0, 0, 1]
    assert made == ["a"]
    free.set()
    for job in waiting:
        job.thread.join(10)
    assert made == ["a", "c"]
    assert [job.made for job in waiting] == [b"made", None, b"made"]


def test_a_file_nobody_waits_for_gives_its_place_up(monkeypatch):
    monkeypatch.setattr(jobs, "FORSAKEN", 0.0)
    job = jobs.Job(lambda progress: [progress("進んでいます。") for _ in range(1000)] and b"made", "x")
    job.thread.join(10)
    assert job.made is None
    assert not job.failed
