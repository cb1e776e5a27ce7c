"""Colab, the console, windows, progress bars: what is not there is stubbed, and says so."""

from __future__ import annotations

from importlib.machinery import PathFinder

import pytest

from autograder.sandbox.level import Level
from autograder.worker.shims import colab, drawing, keras_views
from tests.shims.conftest import Place


def test_what_nobody_uses_leaves_no_note(place: Place) -> None:
    assert place.run("import numpy as np\nx = np.zeros(2)").has_run().notes == ()


class TestColab:
    def test_drive_is_mounted_without_a_drive(self, place: Place) -> None:
        seen = place.run("from google.colab import drive\ndrive.mount('/content/drive', force_remount=True)")
        assert seen.has_run().notes == (colab.MOUNTED,)

    def test_an_upload_gives_the_submission_s_own_files(self, place: Place) -> None:
        seen = place.run(
            """
            from google.colab import files
            print(files.upload())
            files.download("model.h5")
            """,
            own_dot_csv=b"1,2",
        ).has_run()
        assert seen.printed == "{'own.csv': b'1,2'}\n"
        assert seen.notes[1] == "files.download('model.h5') did nothing: there is no browser"

    def test_there_are_no_secrets(self, place: Place) -> None:
        seen = place.run("import google.colab as c\nc.output.clear()\nc.userdata.get('KEY')")
        assert seen.error is not None
        assert (seen.error.type, "'KEY'" in seen.error.message) == ("SecretNotFoundError", True)

    def test_a_picture_is_not_shown(self, place: Place) -> None:
        seen = place.run("from google.colab.patches import cv2_imshow\ncv2_imshow([[0]])").has_run()
        assert seen.notes == ("google.colab.patches.cv2_imshow did nothing: this is not Colab",)

    @pytest.mark.parametrize("name", ["widgets", "sheets", "something"])
    def test_what_else_colab_has_does_nothing(self, place: Place, name: str) -> None:
        seen = place.run(f"from google.colab import {name}\nwith {name}.TabBar(['a']).output_to(0): x = 1")
        assert seen.has_run().notes == (f"google.colab.{name} does nothing: this is not Colab",)

    def test_what_is_not_stubbed_is_not_there(self, place: Place) -> None:
        seen = place.run("import google.colab.nothing")
        assert seen.error is not None
        assert seen.error.type == "ModuleNotFoundError"

    def test_a_module_of_the_submission_goes_first(self, place: Place) -> None:
        assert place.run("import tqdm\nprint(tqdm.OWN)", tqdm_dot_py=b"OWN = 5").has_run().printed == "5\n"


@pytest.mark.slow
@pytest.mark.skipif(any(map(PathFinder.find_spec, ("tensorboard", "pydot"))), reason="they are installed")
def test_without_tensorboard_and_pydot_keras_logs_and_draws_nothing(place: Place) -> None:
    seen = place.run(
        """
        import numpy as np, tensorflow as tf
        from tensorflow.keras.callbacks import TensorBoard
        class Own(TensorBoard):
            def on_epoch_end(self, epoch, logs=None):
                super().on_epoch_end(epoch, logs)
                print("epoch", epoch)
        model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(2)])
        model.compile("sgd", "mse")
        logs = [TensorBoard("logs", histogram_freq=1, write_images=True), Own(log_dir="own", profile_batch=2)]
        model.fit(np.ones((4, 4)), np.ones((4, 2)), validation_split=0.5, verbose=0, callbacks=logs)
        with tf.summary.create_file_writer("mine").as_default():
            tf.summary.scalar("loss", 0.5, step=1)
        import keras
        from tensorflow.keras.utils import plot_model
        assert keras.utils.plot_model(model, show_shapes=True) is plot_model(model, "net.png") is None
        """
    ).has_run()
    assert seen.printed.endswith("\nepoch 0\n")  # after what TensorFlow logs as it starts
    assert seen.notes == (keras_views.NO_LOGS, keras_views.NO_DRAWING)


class TestTheConsole:
    def test_input_is_an_empty_text(self, place: Place) -> None:
        seen = place.run("print(repr(input('How old? ')))").has_run()
        assert seen.printed == "How old? \n''\n"
        assert seen.notes == ("input() returned an empty text: nobody answers while work is graded",)

    def test_whoever_asks_for_ever_is_told(self, place: Place) -> None:
        seen = place.run("count = 0\nwhile not input():\n    count += 1\n    print(count)")
        assert seen.error is not None
        assert (seen.error.type, seen.printed.split()[-1]) == ("EOFError", "100")
        assert "asked more than 100 times" in seen.error.message

    @pytest.mark.parametrize("start", ["", "from IPython import get_ipython\n"])
    def test_a_script_may_ask_for_its_shell(self, place: Place, start: str) -> None:
        seen = place.run(
            start
            + "get_ipython().run_line_magic('matplotlib', 'inline')\nget_ipython().system('nvidia-smi')\n"
            "print(get_ipython().getoutput('ls'))"
        ).has_run()
        assert seen.printed == "[]\n"
        assert (
            seen.notes[0] == "%matplotlib inline was skipped: this file runs as a script, outside of IPython"
        )
        assert seen.notes[1].startswith("!nvidia-smi was skipped")

    def test_a_package_finds_no_shell(self, place: Place) -> None:
        seen = place.run("from matplotlib import pyplot\nimport rich\nprint(rich.get_console().is_jupyter)")
        assert seen.has_run().printed == "False\n"

    @pytest.mark.parametrize(
        "line",
        [
            "sys.stdout.reconfigure(encoding='utf-8')",
            "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')",
            "sys.stdout = codecs.getwriter('utf-8')(sys.stdout.detach())",
        ],
    )
    def test_a_script_may_print_in_another_encoding(self, place: Place, line: str) -> None:
        seen = place.run(f"import codecs, io, sys\nprint('a')\n{line}\nprint('größer')\n").has_run()
        assert (seen.printed, seen.notes) == ("a\ngrößer\n", ())

    def test_what_would_be_displayed_is_printed(self, with_data: Place) -> None:
        source = "from IPython.display import display, clear_output, HTML\nclear_output()\ndisplay(7)"
        assert with_data.run(source).has_run().printed.endswith("7\n")


class TestWindows:
    def test_no_figure_is_shown(self, place: Place) -> None:
        seen = place.run(
            """
            import warnings
            warnings.simplefilter("error")
            import matplotlib.pyplot as plt
            plt.plot([1, 2])
            plt.show()
            plt.pause(600)
            print(len(plt.gcf().axes))
            """
        ).has_run()
        assert (seen.printed, seen.notes) == ("1\n", ())

    def test_opencv_opens_none(self, place: Place) -> None:
        """It is not installed here: a file by its name stands for it."""
        seen = place.run(
            "import cv2\ncv2.imshow('x', 1)\nprint(cv2.waitKey(0), cv2.imread())\ncv2.destroyAllWindows()",
            cv2_dot_py=b"def imshow(*_): 1 / 0\ndestroyAllWindows = waitKey = imshow\nimread = lambda: 3",
        ).has_run()
        assert seen.printed == "-1 3\n"
        assert seen.notes == ("cv2 opened no window: there is no screen, and no key is ever pressed",)


class TestProgress:
    @pytest.mark.parametrize("module", ["tqdm", "tqdm.auto", "tqdm.notebook"])
    def test_a_bar_passes_on_what_it_is_given(self, place: Place, module: str) -> None:
        seen = place.run(
            f"""
            from {module} import tqdm, trange
            with tqdm(total=3) as bar:
                bar.update(2)
                bar.set_postfix(loss=1)
            print(list(tqdm("ab", desc="x")), sum(trange(4)), bar.n, len(tqdm([1, 2])))
            """
        ).has_run()
        assert seen.printed == "['a', 'b'] 6 2 2\n"

    def test_widgets_do_nothing(self, place: Place) -> None:
        seen = place.run(
            """
            import ipywidgets as widgets
            from ipywidgets import interact
            @interact(x=(0, 10))
            def double(x):
                return 2 * x
            slider = widgets.IntSlider(value=3, min=0)
            slider.observe(double, names="value")
            print(double(4), slider.value)
            """
        ).has_run()
        assert seen.printed == "8 3\n"
        assert seen.notes == ("ipywidgets did nothing: nobody moves a slider while work is graded",)


class TestDrawing:
    def test_nothing_is_drawn_where_there_is_nothing_to_draw_with(self, with_data: Place) -> None:
        seen = with_data.run(
            """
            import matplotlib.pyplot as plt
            import seaborn as sns
            from mpl_toolkits.mplot3d import Axes3D
            fig, axes = plt.subplots(2, 3, figsize=(4, 4))
            for ax in axes.flatten():
                ax.imshow([[0]], cmap=plt.cm.gray)
                ax.set_title("x")
            fig, ax = plt.subplots()
            line, = ax.plot([1, 2])
            counts, edges, bars = plt.hist([1, 2])
            with plt.style.context("ggplot"):
                plt.figure().add_subplot(111, projection="3d").scatter([1], [2])
            plt.show()
            print(axes.shape)
            """
        )
        if with_data.level is Level.PROCESS:  # whatever is installed beside us is there
            pytest.skip("there are no packages to be missed")
        assert seen.has_run().printed == "(2, 3)\n"
        assert seen.notes == tuple(
            drawing.note_of(each) for each in ("matplotlib", "seaborn", "mpl_toolkits")
        )

    def test_a_picture_cannot_be_read(self, with_data: Place) -> None:
        if with_data.level is Level.PROCESS:
            pytest.skip("there are no packages to be missed")
        seen = with_data.run("import matplotlib.image as m\nm.imread('a.png')")
        assert seen.error is not None
        assert "matplotlib is not installed where work is graded" in seen.error.message


class TestOtherGraders:
    def test_otter_checks_nothing_and_says_so_once(self, place: Place) -> None:
        seen = place.run(
            """
            import otter
            grader = otter.Notebook("hw03.ipynb")
            print(grader.check("q1"), grader.check_all(), grader.export(pdf=False))
            """
        ).has_run()
        assert seen.printed == "None None None\n"
        assert seen.notes == ("the tests of otter-grader did not run: your work is graded without them",)

    def test_okpy_submits_nothing(self, place: Place) -> None:
        seen = place.run(
            """
            from client.api.notebook import Notebook
            ok = Notebook("hw03.ok")
            _ = ok.auth(inline=True), ok.grade("q1"), ok.submit()
            """
        ).has_run()
        assert seen.notes == ("the tests of okpy did not run: your work is graded without them",)

    def test_what_they_do_not_have_fails_as_anywhere(self, place: Place) -> None:
        seen = place.run("import otter\notter.Notebook().chek('q1')")
        assert seen.error is not None
        assert seen.error.type == "AttributeError"
