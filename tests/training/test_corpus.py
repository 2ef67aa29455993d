"""Reading pairs and keeping evaluation texts out of them."""

import gzip
import json

from training.corpus import (
    Pair,
    evaluation_keys,
    judged_keys,
    load_pairs,
    read_pairs,
    save_pairs,
    without_leaks,
)


def write_pairs(path, rows):
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_read_pairs_cleans_and_leaves_out_empty_sides(tmp_path):
    """A pair carries the name of its file; a pair without a second text is no pair."""
    path = tmp_path / "zhen_shop.jsonl.gz"
    write_pairs(
        path,
        [
            {"a": "退貨", "b": "Return Goods", "kind": "parallel"},
            {"a": "退货", "b": " ", "kind": "parallel"},
        ],
    )
    assert [Pair("退货", "return goods", "parallel", "zhen_shop")] == list(read_pairs(path))


def test_pairs_survive_saving(tmp_path):
    """What is kept between steps is read back unchanged."""
    pairs = [Pair("退货", "return", "parallel", "x")]
    save_pairs(pairs, tmp_path / "pairs.jsonl.gz")
    assert pairs == load_pairs(tmp_path / "pairs.jsonl.gz")


def test_texts_of_evaluations_are_dropped_and_counted(tmp_path):
    """A query, a question, an alternate or an answer of an evaluation never reaches training."""
    folder = tmp_path / "eval" / "shop"
    folder.mkdir(parents=True)
    entry = {
        "id": "1",
        "question": "怎么退货？",
        "alts": ["Can I RETURN it?"],
        "answer": "七天内可退。",
    }
    (folder / "entries.jsonl").write_text(json.dumps(entry), "utf-8")
    (folder / "queries.jsonl").write_text(json.dumps({"q": "想退货", "ids": ["1"]}), "utf-8")
    pairs = [
        Pair("怎么 退货", "x", "qa", "one"),
        Pair("y", "can i return it", "qa", "one"),
        Pair("想退货!", "z", "qa", "two"),
        Pair("标题", "七天内可退", "qa", "two"),
        Pair("换货", "exchange", "qa", "two"),
    ]
    kept, dropped = without_leaks(pairs, evaluation_keys(tmp_path / "eval"))
    assert [pairs[-1]] == kept
    assert {"one": 2, "two": 2} == dropped


def test_a_long_text_is_recognised_by_its_beginning(tmp_path):
    """A body that goes on differently after a long common beginning is still the same text."""
    folder = tmp_path / "shop"
    folder.mkdir()
    answer = "您可以在订单页面申请退货" * 5
    entry = {"id": "1", "answer": answer + "完"}
    (folder / "entries.jsonl").write_text(json.dumps(entry), "utf-8")
    kept, _ = without_leaks([Pair("退货", answer + "另外", "qa", "x")], evaluation_keys(tmp_path))
    assert [] == kept


def test_the_projects_own_judged_questions_are_kept_out(tmp_path):
    """JSON lines and YAML, however deep the text stands in them."""
    (tmp_path / "asked.jsonl").write_text(json.dumps({"q": "想退货", "ids": ["1"]}) + "\n", "utf-8")
    (tmp_path / "asked.yaml").write_text("meanings:\n  - zh: [能开发票吗]\n", "utf-8")
    forbidden = judged_keys([tmp_path / "asked.jsonl", tmp_path / "asked.yaml"])
    pairs = [Pair("想退货!", "a", "intent", "x"), Pair("能开发票吗？", "b", "intent", "x")]
    assert ([], {"x": 2}) == without_leaks(pairs, forbidden)
