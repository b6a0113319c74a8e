"""The judge at work: every system, task, condition and picture, each once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray
from nurie.errors import MissingExtraError, OptionError
from nurie_lab.bench.bench import Bench, SystemSpec, TaskSpec
from nurie_lab.bench.host import HUNG, FailedError, Host
from nurie_lab.bench.pictures import EXTRA, Case, cases, extra_cases
from nurie_lab.bench.records import Record, Store, identity, judge
from nurie_lab.bench.requests import Answer, Cost, Request
from nurie_lab.bench.systems import able
from nurie_lab.bench.tasks import RUN, proven
from nurie_lab.bench.trials import Trial

SHOWN = 4
"""Pictures of a set that are kept for the contact sheets."""


@dataclass(frozen=True)
class Options:
    """How a bench is run."""

    out: Path  # Folder for results
    data: Path  # Folder for the pictures
    extra: Path | None = None
    """Local folder with pairs of line art and colour; such rows are marked as not public."""
    examples: Path | None = None  # Training examples, for the nearest neighbours
    pictures: int | None = None  # The first few of each set only: a rehearsal
    threads: int = 0  # Cores for each system; 0: all
    tasks: tuple[str, ...] = ()  # Only these; empty: all
    systems: tuple[str, ...] = ()  # Only these, by name; empty: all


@dataclass(frozen=True)
class Job:
    """One record to be made or found."""

    system: SystemSpec
    task: str
    condition: str
    set: str
    case: Case
    index: int


KEPT = ("automatic",)
"""Tasks whose answers are kept as pictures, to be looked at afterwards."""

STRIKES = 3
"""Pictures of one task and condition on which a system may hang before it is skipped."""


def load_pictures(bench: Bench, options: Options) -> tuple[dict[str, list[Case]], dict[str, str]]:
    """All pictures by the name of their set, and why sets are left out whose package is missing.

    Raises:
        NurieError: a set cannot be made.
    """
    found, lacking = dict[str, list[Case]](), dict[str, str]()
    for each in bench.sets:
        try:
            found[each.name] = list(cases(each, options.data, most=options.pictures))
        except MissingExtraError as error:
            found[each.name], lacking[each.name] = [], str(error)
    if options.extra is not None:
        found[EXTRA] = list(extra_cases(options.extra, most=options.pictures))
        if not found[EXTRA]:
            raise OptionError(f"{options.extra} holds no pairs NAME.line.png and NAME.color.png.")
    return found, lacking


def plan(bench: Bench, pictures: dict[str, list[Case]], options: Options) -> list[Job]:
    """All that is to be done, system by system.

    Raises:
        OptionError: a task or system that was requested is not in the bench.
    """
    for word, wanted, known in (
        ("task", options.tasks, [t.name for t in bench.tasks]),
        ("system", options.systems, [s.name for s in bench.systems]),
    ):
        for name in wanted:
            if name not in known:
                raise OptionError(f"The bench has no {word} {name!r}; it has {', '.join(known)}.")
    return [
        Job(system, task.name, condition, name, case, i)
        for system in bench.systems
        if not options.systems or system.name in options.systems
        for task in bench.tasks
        if task.name in able(system) and (not options.tasks or task.name in options.tasks)
        for name in _sets(task, pictures)
        for condition in task.conditions
        for i, case in enumerate(pictures[name])
    ]


def _sets(task: TaskSpec, pictures: dict[str, list[Case]]) -> list[str]:
    """The sets of a task; local pictures join every task that needs no film."""
    joins = EXTRA in pictures and task.name != "reference"
    return [*task.sets, *([EXTRA] if joins else [])]


def run(bench: Bench, jobs: list[Job], options: Options) -> Iterator[Record]:
    """Do the jobs, those that were done before by looking them up.

    Yields:
        A record for each job, failures among them.
    """
    store, host, current = Store(options.out / "results"), None, None
    facts: dict[str, object] = {}
    scoring, hung = judge(), Counter[tuple[str, str, str]]()
    try:
        for job in jobs:
            if job.system is not current:
                if host is not None:
                    host.close()
                current, facts = job.system, identity(job.system, options.examples)
                facts["judge"] = scoring
                host = Host(
                    job.system,
                    limit=bench.limit,
                    threads=options.threads,
                    examples=options.examples,
                )
            assert host is not None
            key, group = _key(bench, job, facts), (job.system.name, job.task, job.condition)
            record = store.find(key)
            if record is not None and _lacks_picture(record):
                record = None
            if record is None and hung[group] >= STRIKES:
                why = f"skipped after it hung {STRIKES} times"
                record = Record(job.task, job.condition, "", "", "", failure=why)
            elif record is None:
                record, picture = _judged(bench, job, host, options.out)
                record = store.keep(key, record, picture)
            hung[group] += record.failure.startswith(HUNG)
            # Sets and systems may be renamed without being judged again.
            yield replace(record, system=job.system.name, set=job.set, case=job.case.name)
    finally:
        if host is not None:
            host.close()


def _lacks_picture(record: Record) -> bool:
    """Whether it was kept before its pictures were."""
    return record.task in KEPT and not record.failure and not record.picture


def _key(bench: Bench, job: Job, facts: dict[str, object]) -> dict[str, object]:
    """All that a record depends on."""
    return {
        "system": facts,
        "task": job.task,
        "condition": job.condition,
        "picture": job.case.digest,
        "seed": bench.seed,
        "limit": bench.limit,
    }


class _Counted:
    """Asks a host, and adds up what its answers took."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.last: Answer | None = None
        self.costs: list[Cost] = []
        self.kept = 0
        self.pictures = 0

    def __call__(self, request: Request) -> Answer:
        answer, cost = self._host.ask(request)
        self.last = answer
        self.costs.append(cost)
        self.pictures += len(answer.pictures)
        self.kept += sum(proven(request.lines, picture) for picture in answer.pictures)
        return answer


def _judged(bench: Bench, job: Job, host: Host, out: Path) -> tuple[Record, AnyArray | None]:
    """One record, made now, and the colours of its answer where they are kept."""
    ask = _Counted(host)
    # The same choices under every condition: longer gaps lie where the shorter ones begin.
    words = np.frombuffer(bytes.fromhex(job.case.digest)[:16], np.uint32)
    trial = Trial(job.case, job.condition, ask, np.random.default_rng([bench.seed, *words]))
    scores, failure = dict[str, float](), ""
    try:
        scores = RUN[job.task](trial)
    except (FailedError, MissingExtraError) as error:
        failure = str(error)
    _keep_shown(out, job, ask.last)
    kept = job.task in KEPT and not failure and ask.last is not None
    record = Record(
        job.task,
        job.condition,
        job.system.name,
        job.set,
        job.case.name,
        scores,
        failure,
        round(sum(c.wall_s for c in ask.costs), 4),
        round(sum(c.cpu_s for c in ask.costs), 4),
        round(max((c.peak_mib for c in ask.costs), default=0.0), 1),
        ask.pictures,
        ask.kept,
    )
    return record, ask.last.shown[0] if kept and ask.last is not None else None


def _keep_shown(out: Path, job: Job, answer: Answer | None) -> None:
    """Keep the last picture of a job for the contact sheets."""
    from nurie.io.images import write_picture

    if job.index < SHOWN and answer is not None and answer.pictures:
        path = shown_path(out, (job.task, job.condition, job.set), job.case.name, job.system.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_picture(path, answer.pictures[0], force=True)


def shown_path(out: Path, group: tuple[str, str, str], case: str, system: str) -> Path:
    """Where a picture for the contact sheets lies."""
    folder = "-".join(plain(word) for word in group)
    return out / "shown" / folder / f"{plain(case)}.{plain(system)}.png"


def plain(text: str) -> str:
    """A name that every file system takes.

    >>> plain("G'MIC, gap 8")
    'g-mic-gap-8'
    """
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return "-".join(words)
