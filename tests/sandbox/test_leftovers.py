"""What a grader that was killed has left is removed by the next; what is anybody else's is left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from autograder.sandbox import leftovers
from autograder.sandbox.leftovers import MARKER, PREFIX, Owner, make_folder, remove_leftovers
from autograder.sandbox.plain_process import PlainProcess

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is read from /proc")


def folder_of(owner: Owner | bytes, top: Path, name: str = f"{PREFIX}abcdefgh") -> Path:
    folder = top / name
    folder.mkdir()
    (folder / "file").write_text("kept?")
    (folder / MARKER).write_bytes(owner if isinstance(owner, bytes) else msgspec.json.encode(owner))
    return folder


@pytest.fixture
def gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Owner:
    """Give the owner of a folder that has been killed since; folders are made in an own place from now on."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    source = (
        "import os, signal\nfrom autograder.sandbox.leftovers import make_folder\n"
        "print(make_folder(), flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", source], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    return msgspec.json.decode((Path(done.stdout.strip()) / MARKER).read_bytes(), type=Owner)


def test_what_is_left_is_removed_and_what_is_in_use_is_not(tmp_path: Path, gone: Owner) -> None:
    assert gone.pid != os.getpid()
    own = make_folder()
    [other] = [path for path in tmp_path.iterdir() if path != own]
    assert remove_leftovers() == [other]
    assert list(tmp_path.iterdir()) == [own]


def test_an_id_that_another_process_has_now_saves_nothing(tmp_path: Path, gone: Owner) -> None:
    reused = folder_of(msgspec.structs.replace(gone, pid=os.getpid()), tmp_path)
    assert reused in remove_leftovers()


def test_what_is_not_surely_ours_is_left_alone(tmp_path: Path, gone: Owner) -> None:
    replace = msgspec.structs.replace
    outside = tmp_path / "outside"
    folder_of(gone, tmp_path, "outside")
    kept = [
        folder_of(replace(gone, boot="another"), tmp_path, f"{PREFIX}boot0000"),
        folder_of(replace(gone, namespace="pid:[1]"), tmp_path, f"{PREFIX}another0"),
        folder_of(b"{}", tmp_path, f"{PREFIX}nomarker"),
        folder_of(gone, tmp_path, f"{PREFIX}a-name-of-somebody"),
        outside,
    ]
    link = tmp_path / f"{PREFIX}link0000"
    link.symlink_to(outside)
    linked = folder_of(b"", tmp_path, f"{PREFIX}linkmark")
    (linked / MARKER).unlink()
    (linked / MARKER).symlink_to(outside / MARKER)
    fifo = folder_of(b"", tmp_path, f"{PREFIX}fifo0000")
    (fifo / MARKER).unlink()
    os.mkfifo(fifo / MARKER)
    if os.geteuid() == 0:
        kept.append(folder_of(gone, tmp_path, f"{PREFIX}anothers"))
        os.chown(kept[-1], 61_501, 61_501)
        kept.append(folder_of(gone, tmp_path, f"{PREFIX}itsmark0"))
        os.chown(kept[-1] / MARKER, 61_501, 61_501)
    remove_leftovers()
    assert [path for path in (*kept, linked, fifo) if not (path / "file").exists()] == []
    assert link.is_symlink()


def test_nothing_is_removed_while_one_of_its_workers_runs(
    tmp_path: Path, gone: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root has workers of another user id")
    folder = folder_of(gone, tmp_path)
    (folder / "scratch").mkdir()
    os.chown(folder / "scratch", 61_502, 61_502)
    worker = subprocess.Popen(["sleep", "60"], user=61_502, group=61_502, extra_groups=[])
    try:
        assert folder not in remove_leftovers()
    finally:
        worker.kill()
        worker.wait()
    assert folder in remove_leftovers()
    monkeypatch.setattr(leftovers, "_PROC", tmp_path / "nowhere")
    assert remove_leftovers() == []  # where the system tells of no processes, nothing is


def test_a_plain_worker_s_folder_is_removed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        "import os, signal\nfrom autograder.sandbox.plain_process import PlainProcess\n"
        "worker = PlainProcess(1, 512)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", source], env=environment, capture_output=True, check=False)
    [killed] = tmp_path.iterdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    worker = PlainProcess(1, 512)
    assert killed not in list(tmp_path.iterdir())
    worker.end()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_removed_when_it_is_old(tmp_path: Path) -> None:
    """Of one that was made a moment ago, the marker may be on its way."""
    ages = {f"{PREFIX}madejust": 0, f"{PREFIX}longago0": 7200, f"{PREFIX}inuse000": 7200}
    for name, age in ages.items():
        (tmp_path / name).mkdir()
        if name.endswith("inuse000"):
            (tmp_path / name / "file").write_text("")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    assert remove_leftovers(tmp_path) == [tmp_path / f"{PREFIX}longago0"]


@pytest.mark.slow
def test_the_next_grader_removes_what_a_killed_one_has_left(open_folder: Path) -> None:
    (open_folder / "work").mkdir()
    (open_folder / "work" / "convolution.py").write_text("import time\ntime.sleep(60)")
    temporary = open_folder / "temporary"
    temporary.mkdir()
    temporary.chmod(0o755)
    environment = {
        **os.environ,
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(ROOT),
        "AUTOGRADER_SEED": "5" * 32,
    }
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        "convolution",
        open_folder / "work",
        "--course",
        ROOT,
    ]
    command += ["--sandbox", "container", "--jobs", "1", "--out", open_folder / "out"]
    grader = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (found := list(temporary.glob(f"{PREFIX}*/scratch"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    grader.kill()
    grader.wait()
    [folder] = [path.parent for path in found]
    while folder.exists() and time.monotonic() < deadline:
        remove_leftovers(temporary)
        time.sleep(0.1)
    assert not folder.exists()
