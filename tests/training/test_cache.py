"""Steps are skipped while nothing they read has changed."""

import pytest

from training.cache import Cache


def test_a_step_is_fresh_until_its_input_its_settings_or_its_output_change(tmp_path):
    """Content decides, not the time of a file."""
    source, output = tmp_path / "in", tmp_path / "out"
    source.write_text("1")

    def fresh(settings=None):
        return Cache("step", tmp_path, [source], [output], settings).fresh

    assert not fresh()
    with Cache("step", tmp_path, [source], [output]):
        output.write_text("made")
    assert fresh()
    assert not fresh({"size": 2})
    source.write_text("2")
    assert not fresh()
    source.write_text("1")
    output.unlink()
    assert not fresh()


def test_a_step_that_fails_is_not_recorded(tmp_path):
    """An interrupted step runs again."""
    output = tmp_path / "out"

    def interrupted():
        with Cache("step", tmp_path, [], [output]):
            output.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert not Cache("step", tmp_path, [], [output]).fresh
