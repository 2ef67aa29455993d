"""The form in which training reads a text."""

from training.text import clean, is_chinese, key


def test_clean_folds_width_case_script_and_spaces():
    """Full-width, upper case, Traditional Chinese and runs of spaces all become one form."""
    assert "退货 abc 怎么办" == clean("  退貨\u3000ＡＢＣ  怎麼辦 ")


def test_key_ignores_punctuation_and_spaces():
    """Two texts that differ in punctuation only are one text to the leakage check."""
    assert key("怎么退货？") == key("怎么 退货")


def test_chinese_is_told_from_english():
    """One Han character makes a text Chinese."""
    assert is_chinese("iphone 壳")
    assert not is_chinese("refund")
