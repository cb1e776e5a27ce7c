"""`autograder grade`: a class in, reports out, and nothing lost on the way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, SAMPLE, Run

ClassOf = Callable[..., Path]


def rows(folder: Path) -> dict[str, dict[str, Any]]:
    report = json.loads((folder / "class.json").read_text())
    return {row["submission"]: row for row in report["rows"]}


def test_a_class_is_graded_and_written(run: Run, class_of: ClassOf, tmp_path: Path) -> None:
    seen = run("grade", "convolution", class_of("ada", "omar", "bjorn"), "--course", ROOT)
    assert seen.returncode == 0, seen.stderr
    assert "graded 3 of 3" in seen.stderr
    assert "conv2d: flipped kernel" in seen.stdout
    results = tmp_path / "results" / "convolution"
    assert {name: row["score"] for name, row in rows(results).items()}.keys() == {"ada", "bjorn", "omar"}
    assert rows(results)["ada"]["score"] == 10
    report = json.loads((results / "omar" / "report.json").read_text())
    assert report["schema"] == "autograder/report/v1"
    assert report["environment"]["walls"] == "full"
    assert stat.S_IMODE((results / "omar" / "report.json").stat().st_mode) == 0o600
    assert any(not case["visible"] for check in report["checks"] for case in check["details"]["cases"])
    feedback = json.loads((results / "omar" / "feedback.json").read_text())
    assert feedback["score"] == report["score"]


def test_what_is_unchanged_is_not_graded_again(run: Run, class_of: ClassOf, tmp_path: Path) -> None:
    folder = class_of("ada", "omar")
    command = ["grade", "convolution", folder, "--course", ROOT, "--out", tmp_path / "out"]
    assert "2 graded now, 0 unchanged" in run(*command).stdout
    before = (tmp_path / "out" / "omar" / "report.json").stat().st_mtime_ns
    assert "0 graded now, 2 unchanged" in run(*command).stdout
    assert (tmp_path / "out" / "omar" / "report.json").stat().st_mtime_ns == before
    with (folder / "omar" / "convolution.py").open("a") as file:
        file.write("# mended\n")
    assert "1 graded now, 1 unchanged" in run(*command).stdout
    assert "2 graded now, 0 unchanged" in run(*command, "--fresh").stdout


def test_one_student_is_shown_with_the_feedback(run: Run, class_of: ClassOf) -> None:
    folder = class_of("ada", "omar")
    run("grade", "convolution", folder, "--course", ROOT)
    seen = run("grade", "convolution", folder, "--course", ROOT, "--student", "omar")
    assert "omar, convolution: " in seen.stdout
    assert "Hint: Your kernel is flipped" in seen.stdout
    assert rows(folder.parent / "results" / "convolution").keys() == {"ada", "omar"}
    seen = run("grade", "convolution", folder, "--course", ROOT, "--student", "nobody")
    assert seen.returncode == 2
    assert "expected one of ada, omar; received nobody" in seen.stderr


def test_one_check_alone_keeps_what_is_known_of_the_others(
    run: Run, class_of: ClassOf, tmp_path: Path
) -> None:
    folder = class_of("omar")
    command = ["grade", "convolution", folder, "--course", ROOT, "--out", tmp_path / "out"]
    seen = run(*command, "--only", "conv2d")
    assert seen.returncode == 0
    report = json.loads((tmp_path / "out" / "omar" / "report.json").read_text())
    assert [check["status"] for check in report["checks"]] == ["skipped", "partial", "skipped"]
    assert (report["provisional"], report["score"]) == (True, None)
    whole = run(*command)
    assert "1 graded now" in whole.stdout
    run(*command, "--only", "convolve1d")
    again = json.loads((tmp_path / "out" / "omar" / "report.json").read_text())
    assert [check["status"] for check in again["checks"]] == ["passed", "partial", "passed"]
    assert again["provisional"] is False
    assert run(*command, "--only", "conv3d").returncode == 2


def test_json_is_the_class_report(run: Run, class_of: ClassOf) -> None:
    seen = run("grade", "convolution", class_of("ada", "bjorn"), "--course", ROOT, "--format", "json")
    report = json.loads(seen.stdout)
    assert report["schema"] == "autograder/class/v1"
    assert (report["mean"], report["counts"]["graded"]) == (5.0, 2)


def test_a_zip_of_the_class_gives_the_same_scores(run: Run, class_of: ClassOf, tmp_path: Path) -> None:
    folder = class_of("ada", "sven", "chiara")
    archive = tmp_path / "class.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(folder.rglob("*.py")):
            file.write(path, path.relative_to(folder.parent))
    run("grade", "convolution", folder, "--course", ROOT, "--out", tmp_path / "a")
    run("grade", "convolution", archive, "--course", ROOT, "--out", tmp_path / "b")
    assert rows(tmp_path / "a") == rows(tmp_path / "b")


def test_an_unreadable_submission_is_a_row_and_no_stop(run: Run, class_of: ClassOf) -> None:
    folder = class_of("ada")
    (folder / "linked").mkdir()
    (folder / "linked" / "convolution.py").symlink_to(SAMPLE / "ada" / "convolution.py")
    (folder / "other").mkdir()
    (folder / "other" / "homework.txt").write_text("see attachment")
    (folder / "zoe.docx").write_text("{}")
    seen = run("grade", "convolution", folder, "--course", ROOT)
    assert seen.returncode == 0
    assert "left out, since nobody's: zoe.docx\n" in seen.stderr
    found = rows(folder.parent / "results" / "convolution")
    assert found["ada"]["score"] == 10
    assert found["linked"]["outcome"] == found["other"]["outcome"] == "unreadable_submission"
    assert "expected the file convolution.py; received homework.txt" in found["other"]["remark"]


def test_the_walls_are_in_the_report_and_lower_ones_must_be_asked_for(
    run: Run, class_of: ClassOf, tmp_path: Path
) -> None:
    folder = class_of("ada")
    nothing = tmp_path / "bin"
    nothing.mkdir()
    seen = run("grade", "convolution", folder, "--course", ROOT, PATH=str(nothing))
    assert seen.returncode == 3
    assert "bubblewrap" in seen.stderr
    assert not (tmp_path / "results").exists()
    seen = run("grade", "convolution", folder, "--course", ROOT, "--sandbox", "process", PATH=str(nothing))
    assert seen.returncode == 0
    assert "graded with walls: process" in seen.stdout


def _start(folder: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "autograder", "grade", "convolution", str(folder)),
            *("--course", str(ROOT), "--out", str(out), "--jobs", "2", *more),
        ],
        env={**os.environ, "AUTOGRADER_SEED": "5" * 32},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_for_reports(out: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(list(out.glob("*/report.json"))) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_is_done_when_it_is_stopped_is_kept_and_the_rest_follows(
    how: signal.Signals, run: Run, class_of: ClassOf, tmp_path: Path
) -> None:
    folder = class_of("ada", "bilal", "amara", "yusuf")
    out = tmp_path / "out"
    process = _start(folder, out)
    _wait_for_reports(out, 2)  # the other two hang for seconds
    process.send_signal(how)
    _, errors = process.communicate(timeout=30)
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert "2 left to grade; run the same command again to go on" in errors
        assert rows(out).keys() == {"ada", "bilal"}
    kept = {path: path.stat().st_mtime_ns for path in out.glob("*/report.json")}
    assert {path.parent.name for path in kept} == {"ada", "bilal"}
    seen = run("grade", "convolution", folder, "--course", ROOT, "--out", out)
    assert "2 graded now, 2 unchanged" in seen.stdout
    assert rows(out).keys() == {"ada", "bilal", "amara", "yusuf"}
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert list(out.rglob("*.tmp")) == []


def test_a_results_folder_that_cannot_be_made_is_said(run: Run, class_of: ClassOf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    seen = run("grade", "convolution", class_of("ada"), "--course", ROOT, "--out", tmp_path / "file" / "out")
    assert seen.returncode == 2
    assert "expected a folder for the results that can be written" in seen.stderr


def test_a_wrong_assignment_folder_or_seed_is_said(run: Run, class_of: ClassOf, tmp_path: Path) -> None:
    folder = class_of("ada")
    assert "there are: autoencoders, convolution" in run("grade", "knitting", folder, "--course", ROOT).stderr
    assert "there is none at" in run("grade", "convolution", tmp_path / "no", "--course", ROOT).stderr
    seen = run("grade", "convolution", folder, "--course", ROOT, AUTOGRADER_SEED="weak")
    assert (seen.returncode, "hexadecimal" in seen.stderr) == (2, True)


def test_a_broken_configuration_names_file_key_expected_and_received(
    run: Run, class_of: ClassOf, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(ROOT / "grading_configs", course / "grading_configs")
    path = course / "grading_configs" / "convolution.toml"
    path.write_text(path.read_text().replace("call_seconds = 2.0", 'call_seconds = "two"'))
    seen = run("grade", "convolution", class_of("ada"), "--course", course)
    assert seen.returncode == 2
    for part in ("convolution.toml", "limits.call_seconds", "expected", "received", "two"):
        assert part in seen.stderr


def test_the_secret_seed_is_in_no_report_and_in_no_arguments(
    run: Run, class_of: ClassOf, tmp_path: Path
) -> None:
    seed = "0123456789abcdef" * 2
    run("grade", "convolution", class_of("omar"), "--course", ROOT, AUTOGRADER_SEED=seed)
    for path in (tmp_path / "results").rglob("*"):
        if path.is_file():
            assert seed.encode() not in path.read_bytes()
            assert bytes.fromhex(seed) not in path.read_bytes()


def test_without_the_packages_of_grading_the_remedy_is_named(
    run: Run, class_of: ClassOf, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import sys\nsys.modules['packaging'] = None\n")
    command = ["grade", "convolution", class_of("ada"), "--course", ROOT, "--sandbox", "process"]
    seen = run(*command, PYTHONPATH=f"{tmp_path / 'site'}:{ROOT}")
    assert (seen.returncode, seen.stderr) == (
        3,
        "error: grading needs packaging: pip install 'cnn-autograder[grade]'\n",
    )


def test_a_class_with_a_submission_of_its_own_at_the_top_is_asked_about(run: Run, class_of: ClassOf) -> None:
    folder = class_of("ada", "omar")
    shutil.copy(SAMPLE / "rosa" / "convolution.py", folder)
    seen = run("grade", "convolution", folder, "--course", ROOT)
    assert seen.returncode == 2
    assert "holds convolution.py itself and in ada, omar" in seen.stderr


def test_results_do_not_go_among_the_submissions(run: Run, class_of: ClassOf) -> None:
    folder = class_of("ada")
    seen = run("grade", "convolution", folder, "--course", ROOT, "--out", folder / "out")
    assert seen.returncode == 2
    assert "expected a folder outside" in seen.stderr


def test_a_lost_seed_is_said_and_a_lost_feedback_is_written_again(
    run: Run, class_of: ClassOf, tmp_path: Path
) -> None:
    folder = class_of("ada")
    command = ["grade", "convolution", folder, "--course", ROOT, "--out", tmp_path / "out"]
    run(*command)
    (tmp_path / "out" / "ada" / "feedback.json").unlink()
    assert "0 graded now" in run(*command).stdout
    assert (tmp_path / "out" / "ada" / "feedback.json").exists()
    environment = {name: value for name, value in os.environ.items() if name != "AUTOGRADER_SEED"}
    seen = subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, command)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert seen.stderr.startswith(OTHER_CASES)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_console_without_our_characters_is_no_failure(run: Run, class_of: ClassOf, encoding: str) -> None:
    seen = run("grade", "convolution", class_of("ada"), "--course", ROOT, PYTHONIOENCODING=encoding)
    assert seen.returncode == 0
    assert run("check", SAMPLE / "ada", "--course", ROOT, PYTHONIOENCODING=encoding).returncode == 0


OTHER_CASES = "the hidden cases are others than in the last run (another seed?): all is graded again\n"


class TestAFolderOfEarlierResults:
    def test_those_of_another_assignment_are_refused(
        self, run: Run, class_of: ClassOf, tmp_path: Path
    ) -> None:
        folder, out = class_of("ada"), tmp_path / "out"
        run("grade", "convolution", folder, "--course", ROOT, "--out", out)
        before = (out / "class.json").read_bytes()
        seen = run("grade", "pooling", folder, "--course", ROOT, "--out", out)
        assert (seen.returncode, seen.stderr) == (
            2,
            (
                f"error: --out: expected an empty folder, or one with results of pooling; {out} holds those "
                "of convolution. Name another folder with --out, or move these away\n"
            ),
        )
        assert (out / "class.json").read_bytes() == before

    def test_another_seed_is_said_before_all_is_graded_again(
        self, run: Run, class_of: ClassOf, tmp_path: Path
    ) -> None:
        command = ["grade", "convolution", class_of("ada"), "--course", ROOT, "--out", tmp_path / "out"]
        assert OTHER_CASES not in run(*command).stderr
        assert OTHER_CASES not in run(*command).stderr
        seen = run(*command, AUTOGRADER_SEED="6" * 32)
        assert seen.stderr.startswith(OTHER_CASES)
        assert "1 graded now, 0 unchanged" in seen.stdout

    def test_a_seed_file_that_is_forgotten_is_asked_for(
        self, run: Run, class_of: ClassOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seed, out = tmp_path / "the seed", tmp_path / "out"
        seed.write_text("7" * 32)
        command = [sys.executable, "-m", "autograder", "grade", "convolution", str(class_of("ada"))]
        command += ["--course", str(ROOT), "--out", str(out)]
        monkeypatch.delenv("AUTOGRADER_SEED", raising=False)

        def grade(*more: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*command, *more], capture_output=True, text=True, check=False, cwd=tmp_path
            )

        assert grade("--seed-file", str(seed)).returncode == 0
        seen = grade()
        assert (seen.returncode, seen.stderr) == (
            2,
            (
                f"error: expected --seed-file {seed}, as in the last run into {out}; received no seed. With "
                "--fresh, other hidden cases are drawn, and all is graded again\n"
            ),
        )
        assert not (out / "seed").exists()
        seen = grade("--fresh")
        assert seen.returncode == 0
        assert seen.stderr.startswith(OTHER_CASES)

    def test_who_is_not_in_this_download_is_named_and_a_change(
        self, run: Run, class_of: ClassOf, tmp_path: Path
    ) -> None:
        folder, out = class_of("ada", "omar"), tmp_path / "out"
        command = ["grade", "convolution", folder, "--course", ROOT, "--out", out]
        run(*command)
        shutil.rmtree(folder / "omar")
        seen = run(*command, "--student", "ada")
        assert "not in this download" not in seen.stderr
        assert rows(out).keys() == {"ada", "omar"}
        seen = run(*command)
        said = "in the last run, not in this download: omar; their reports are kept\n"
        assert said in seen.stderr
        assert any(line.startswith("omar 1 → – ") for line in lines_of(seen.stdout))
        assert rows(out).keys() == {"ada"}
        assert (out / "omar" / "report.json").exists()
        assert said not in run(*command).stderr

    def test_one_student_leaves_those_of_the_roster_in_the_class(
        self, run: Run, class_of: ClassOf, tmp_path: Path
    ) -> None:
        (tmp_path / "roster.csv").write_text("id,name\nada,Ada L.\nzoe,Zoë Z.\n", "utf-8")
        out = tmp_path / "out"
        (out / "x").mkdir(parents=True)
        (out / "overrides.toml").write_text(OVERRIDE.replace("omar", "zoe"))
        command = ["grade", "convolution", class_of("ada"), "--course", ROOT, "--out", out]
        seen = run(*command, "--roster", tmp_path / "roster.csv")
        assert "not among these" not in seen.stderr
        assert any(line.startswith("zoe (Zoë Z.) – 4 – 4 by hand: conv2d") for line in lines_of(seen.stdout))
        before = rows(out)
        run(*command, "--student", "ada")
        assert rows(out) == before

    @pytest.mark.slow
    def test_a_fresh_run_that_is_stopped_says_how_to_go_on(
        self, run: Run, class_of: ClassOf, tmp_path: Path
    ) -> None:
        folder, out = class_of("ada", "amara"), tmp_path / "out"
        run("grade", "convolution", folder, "--course", ROOT, "--out", out)
        process = _start(folder, out, "--fresh")
        time.sleep(4)  # amara hangs for longer
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "left to grade; run the same command without --fresh to go on" in errors
        assert rows(out).keys() == {"ada", "amara"}
        left = json.loads((out / "run.json").read_text())["regrade"]
        assert "amara" in left
        seen = run("grade", "convolution", folder, "--course", ROOT, "--out", out)
        assert f"{len(left)} graded now, {2 - len(left)} unchanged" in seen.stdout


def test_a_download_in_a_folder_is_one_student_and_that_is_said(
    run: Run, class_of: ClassOf, tmp_path: Path
) -> None:
    folder = class_of("ada")
    (folder / "ada").rename(folder / "Ada_1_assignsubmission_file_")
    (tmp_path / "downloads").mkdir()
    folder.rename(tmp_path / "downloads" / "DL-1")
    seen = run("grade", "convolution", tmp_path / "downloads", "--course", ROOT)
    assert seen.stderr.startswith(
        "DL-1 is graded as one student's; if it is a platform's download, name that itself: "
        f"{tmp_path / 'downloads' / 'DL-1'}\n"
    )
    archive = shutil.make_archive(str(tmp_path / "week3"), "zip", tmp_path / "downloads" / "DL-1")
    (tmp_path / "zipped").mkdir()
    Path(archive).rename(tmp_path / "zipped" / "week3.zip")
    (tmp_path / "zipped" / "roster.csv").write_text("id\n1\n")
    seen = run("grade", "convolution", tmp_path / "zipped", "--course", ROOT, "--out", tmp_path / "out")
    assert seen.stderr.startswith(
        "week3.zip is graded as one student's; if it is a platform's download, name that itself: "
        f"{tmp_path / 'zipped' / 'week3.zip'}\nleft out, since nobody's: roster.csv\n"
    )


def test_what_is_nobodys_work_is_refused_not_graded(run: Run, tmp_path: Path) -> None:
    for name in ("roster.csv", "class.tar.gz"):
        (tmp_path / name).write_text("id\n1\n")
        seen = run("grade", "convolution", tmp_path / name, "--course", ROOT, "--out", tmp_path / "out")
        assert (seen.returncode, seen.stdout) == (2, "")
        assert seen.stderr == (f"error: expected a folder, a zip, a .py or an .ipynb file; received {name}\n")


class TestThePipe:
    def test_remarks_are_not_cut(self, run: Run, class_of: ClassOf) -> None:
        folder = class_of("ada")
        (folder / "bo").mkdir()
        for number in range(8):
            (folder / "bo" / f"a rather long name, number {number}.txt").write_text("")
        seen = run("grade", "convolution", folder, "--course", ROOT)
        assert "…" not in seen.stdout
        assert "number 7.txt" in seen.stdout

    def test_one_check_alone_says_once_that_the_others_were_not_run(
        self, run: Run, class_of: ClassOf
    ) -> None:
        folder = class_of("ada", "omar")
        seen = run("grade", "convolution", folder, "--course", ROOT, "--only", "conv2d")
        assert seen.returncode == 0
        assert "no grade for" not in seen.stderr
        said = "2 submissions have no total yet: not all checks were run; run the command without --only\n"
        assert said in seen.stderr


OVERRIDE = """\
[[overrides]]
student = "omar"
check = "conv2d"
points = 4
reason = "agreed in the exercise class"
grader = "h.k."
"""


def lines_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


class TestWhatAPersonDecides:
    def test_points_given_are_listed_as_a_change_and_the_earlier_report_is_kept(
        self, run: Run, class_of: ClassOf, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        command = ["grade", "convolution", class_of("ada", "omar"), "--course", ROOT, "--out", out]
        first = run(*command)
        assert " changed" not in first.stdout
        before = rows(out)["omar"]["score"]
        (out / "overrides.toml").write_text(OVERRIDE + OVERRIDE.replace("omar", "nobody"))
        seen = run(*command)
        assert seen.returncode == 0
        assert "overrides.toml names students who are not among these: nobody\n" in seen.stderr
        assert "1 changed" in lines_of(seen.stdout)
        gain = 10 - before
        step = f"conv2d {4 - gain:.2g} → 4 (+{gain:.2f})"
        assert f"omar 1 → 2 {before:g} → 10 (+{gain:.2f}) {step}" in lines_of(seen.stdout)
        assert rows(out)["omar"]["score"] == 10
        kept = json.loads((out / "omar" / "history" / "0001.json").read_text())
        assert (kept["version"], kept["score"]) == (1, before)
        feedback = json.loads((out / "omar" / "feedback.json").read_text())
        assert feedback["checks"][1]["given"] == {
            "points": 4.0,
            "reason": "agreed in the exercise class",
            "grader": "h.k.",
        }
        again = run(*command)
        assert " changed" not in again.stdout
        assert json.loads((out / "omar" / "report.json").read_text())["version"] == 2

    def test_a_mended_submission_is_a_change_of_its_check(
        self, run: Run, class_of: ClassOf, tmp_path: Path
    ) -> None:
        folder = class_of("sven")
        command = ["grade", "convolution", folder, "--course", ROOT, "--out", tmp_path / "out"]
        run(*command)
        shutil.copy(SAMPLE / "ada" / "convolution.py", folder / "sven" / "convolution.py")
        seen = lines_of(run(*command).stdout)
        assert "sven 1 → 2 9 → 10 (+1.00) conv2d 3 → 4 (+1.00)" in seen

    def test_an_override_that_cannot_be_is_refused_before_anything_runs(
        self, run: Run, class_of: ClassOf, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        out.mkdir()
        (out / "overrides.toml").write_text(OVERRIDE.replace("points = 4", "points = 5"))
        seen = run("grade", "convolution", class_of("omar"), "--course", ROOT, "--out", out)
        assert seen.returncode == 2
        assert seen.stderr == (
            f"error: {out / 'overrides.toml'}: omar, conv2d: expected points from 0 to 4; received 5\n"
        )
        assert not (out / "class.json").exists()

    def test_where_several_files_fit_the_row_asks_and_files_toml_answers(
        self, run: Run, class_of: ClassOf, tmp_path: Path
    ) -> None:
        folder, out = class_of("omar"), tmp_path / "out"
        for place, student in (("first", "sven"), ("second", "ada")):
            (folder / "eve" / place).mkdir(parents=True)
            shutil.copy(SAMPLE / student / "convolution.py", folder / "eve" / place)
        command = ["grade", "convolution", folder, "--course", ROOT, "--out", out]
        seen = run(*command)
        assert seen.returncode == 3
        assert "eve – – – – which file" in " ".join(lines_of(seen.stdout))
        question = (
            "which file is to be graded: first/convolution.py or second/convolution.py? Write it into "
            'files.toml, below [files]: "eve" = "first/convolution.py"'
        )
        assert f"no grade for eve: {question} ({out / 'eve' / 'report.json'})\n" in seen.stderr
        assert (rows(out)["eve"]["score"], rows(out)["eve"]["provisional"]) == (None, True)
        (out / "files.toml").write_text('[files]\n"eve" = "second/convolution.py"\n')
        seen = run(*command)
        assert "no grade" not in seen.stderr
        assert rows(out)["eve"]["score"] == 10
        assert any(line.startswith("eve 1 → 2 – → 10 convolve1d – → 2") for line in lines_of(seen.stdout))
        (out / "files.toml").write_text('[files]\n"eve" = "third/convolution.py"\n')
        seen = run(*command)
        assert seen.returncode == 2
        assert "received 'third/convolution.py'" in seen.stderr


def test_nobody_is_left_out_of_what_is_shown_of_a_class(
    run: Run, on_terminal: Callable[..., str], tmp_path: Path
) -> None:
    folder = tmp_path / "class"
    strangers = ["anna-maria-of-the-hill-and-of-the-dale-beyond-it", *(f"guest{n}" for n in range(12))]
    for student in strangers:
        (folder / student).mkdir(parents=True)
        (folder / student / "conv.py").write_text("conv2d = None\n")
    absent = [f"absent{n}" for n in range(14)]
    (tmp_path / "roster.csv").write_text("\n".join(["id", *absent]))
    command = ("grade", "convolution", folder, "--course", ROOT, "--roster", tmp_path / "roster.csv")
    seen = run(*command)
    assert f"not in the roster: {', '.join(sorted(strangers))}\n" in seen.stderr
    assert {*rows(tmp_path / "results" / "convolution")} == {*strangers, *absent}
    for shown in (seen.stdout, on_terminal(40, *command)):
        assert "anna-maria-of-the-hill-and-of-th" in shown
        assert "e-dale-beyond-it" in shown
        assert [name for name in (*strangers[1:], *absent) if f" {name} " not in shown] == []
        assert "…" not in shown


def test_a_roster_adds_who_is_missing_and_names_who_is_not_in_it(
    run: Run, class_of: ClassOf, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text("id,name\nada,Ada L.\nzoe,Zoë Z.\n", "utf-8")
    command = ["grade", "convolution", class_of("ada", "omar"), "--course", ROOT, "--out", tmp_path / "out"]
    seen = run(*command, "--roster", tmp_path / "roster.csv")
    assert seen.returncode == 0
    assert "not in the roster: omar\n" in seen.stderr
    assert "zoe (Zoë Z.) – – – – handed in nothing" in lines_of(seen.stdout)
    assert any(line.endswith("; 1 of the roster handed in nothing") for line in lines_of(seen.stdout))
    row = rows(tmp_path / "out")["zoe"]
    assert (row["score"], row["handed_in"], row["name"]) == (0.0, False, "Zoë Z.")
    graded = (tmp_path / "out" / "grades.csv").read_text("utf-8-sig").splitlines()
    assert graded[1] == "ada,ada,,graded,,10,2,4,4,"
    assert graded[2].startswith("omar,,,graded,,")
    assert graded[3] == "zoe,zoe,Zoë Z.,handed in nothing,,,,,,handed in nothing"
    seen = run(*command, "--roster", tmp_path / "nowhere.csv")
    assert seen.returncode == 2
    assert "expected a roster, a CSV file" in seen.stderr


class TestShards:
    def test_each_student_is_graded_in_one_of_them_with_the_same_hidden_cases(
        self, run: Run, class_of: ClassOf, tmp_path: Path
    ) -> None:
        folder = class_of("ada", "omar", "bjorn", "sven")
        command = ["grade", "convolution", folder, "--course", ROOT]
        parts = []
        for number in (1, 2):
            out = tmp_path / str(number)
            assert run(*command, "--out", out, "--shard", f"{number}/2").returncode == 0
            parts.append(json.loads((out / "class.json").read_text()))
        assert [part["shard"] for part in parts] == ["1/2", "2/2"]
        students = [row["submission"] for part in parts for row in part["rows"]]
        assert sorted(students) == ["ada", "bjorn", "omar", "sven"]
        assert all(part["rows"] for part in parts)
        assert parts[0]["cases_digest"] == parts[1]["cases_digest"]

    def test_without_a_seed_that_all_share_it_is_refused(self, class_of: ClassOf, tmp_path: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "AUTOGRADER_SEED"}
        seen = subprocess.run(
            [
                *(sys.executable, "-m", "autograder", "grade", "convolution", str(class_of("ada"))),
                *("--course", str(ROOT), "--out", str(tmp_path / "out"), "--shard", "1/2"),
            ],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert seen.returncode == 2
        assert seen.stderr.startswith("error: --shard: expected a seed that all shards share")
        assert not (tmp_path / "out").exists()
