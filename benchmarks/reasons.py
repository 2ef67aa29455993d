"""How well the reasons of misses are told apart, and the weights that tell them.

`python -m benchmarks.reasons` judges the labelled cases of `tests/insights/reasons.jsonl` on the
shop of `tests/insights/reasons_shop.yaml` and prints the figures; with `--fit` it first fits new
weights on the dev split alone and writes them to `insights/reasons.json`.
"""

import argparse
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

import migrations
from database import Database
from insights.evidence import FEATURES
from insights.reasons import REASONS, WEIGHTS, Fit, Judge, Judgement, Missed, judge_at, read_fit
from kb.disclosure import Level
from kb.library import Library
from search.embedder import open_embedder
from search.engine import SearchEngine
from search.publishing import Publisher

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "insights" / "reasons.jsonl"
SHOP = ROOT / "tests" / "insights" / "reasons_shop.yaml"
MODEL = ROOT / "models" / "dawen-zh-en"
SOFTNESS = 0.3
"""Inverse strength of the regularisation; chosen on the dev split."""
DIGITS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled miss. ``slug`` is the entry that the reason is about."""

    miss: Missed
    reason: str
    slug: str
    split: str


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop the cases are about, published, at the moment they are labelled for."""

    database: Database
    engine: SearchEngine
    now: datetime

    def judge(self, *, fit: Fit | None = None) -> Judge:
        """A judge who knows this shop."""
        with self.database.session() as session:
            judge = judge_at(session, engine=self.engine, now=self.now)
        return judge if fit is None else judge.with_fit(fit)


def read_cases(path: Path = CASES) -> list[Case]:
    """The labelled cases."""
    records = map(json.loads, path.read_text("utf-8").splitlines())
    return [
        Case(
            Missed(one["q"], one["lang"], int(Level.from_label(one["level"]))),
            one["reason"],
            one["slug"],
            one["split"],
        )
        for one in records
    ]


@contextmanager
def open_shop(*, content: Path = ROOT / "content", model: str = str(MODEL)) -> Iterator[Shop]:
    """The shipped content with the changes of ``reasons_shop.yaml``, in a folder of its own."""
    changes = yaml.safe_load(SHOP.read_text("utf-8"))
    with TemporaryDirectory(prefix="dawen-reasons-") as folder:
        root = Path(folder)
        shutil.copytree(content, root / "content")
        _change(root / "content", changes)
        database = Database(f"sqlite:///{root / 'shop.db'}")
        migrations.upgrade(database)
        embedder = open_embedder(model)
        Publisher(database, Library(root / "content"), root / "index", embedder).publish()
        yield Shop(database, SearchEngine(database, root / "index", embedder), changes["now"])
        database.close()


def fit_on(shop: Shop, cases: Sequence[Case]) -> Fit:
    """Weights for these cases."""
    values = shop.judge().evidence([case.miss for case in cases])
    mean, scale = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression(C=SOFTNESS, class_weight="balanced", max_iter=5_000)
    model.fit((values - mean) / scale, [case.reason for case in cases])
    order = [list(model.classes_).index(reason) for reason in REASONS]
    weights = np.column_stack([model.coef_, model.intercept_])[order]
    return Fit(mean, scale, weights, shop.engine.state().model)


def write_fit(fit: Fit, path: Path = WEIGHTS) -> None:
    """Write weights where ``insights.reasons`` reads them."""
    said = {
        "revision": fit.revision,
        "features": list(FEATURES),
        "reasons": list(REASONS),
        "mean": fit.mean.round(DIGITS).tolist(),
        "scale": fit.scale.round(DIGITS).tolist(),
        "weights": fit.weights.round(DIGITS).tolist(),
    }
    path.write_text(json.dumps(said, indent=1) + "\n", "utf-8")


def figures(cases: Sequence[Case], judged: Sequence[Judgement]) -> Mapping[str, Any]:
    """F1 by reason, their mean, and the share of named entries that are the right ones."""
    gold, said = [case.reason for case in cases], [one.reason.value for one in judged]
    scores = f1_score(gold, said, labels=list(REASONS), average=None, zero_division=0)
    both = zip(cases, judged, strict=True)
    named = [(case.slug, one.slug) for case, one in both if case.slug and one.reason == case.reason]
    return {
        "cases": len(cases),
        "macro_f1": round(float(np.mean(scores)), 3),
        "right_entry": round(float(np.mean([slug == own for slug, own in named])), 3),
        **{
            reason.value: round(float(score), 2)
            for reason, score in zip(REASONS, scores, strict=True)
        },
    }


def main() -> None:
    """Judge the cases, after fitting where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit new weights on the dev split")
    parser.add_argument("--model", default=str(MODEL), help="folder of the embedding model")
    parser.add_argument("--wrong", action="store_true", help="print what was judged wrongly")
    asked = parser.parse_args()
    cases = read_cases()
    with open_shop(model=asked.model) as shop:
        if asked.fit:
            write_fit(fit_on(shop, [case for case in cases if case.split == "dev"]))
        judged = shop.judge(fit=read_fit(WEIGHTS)).judge([case.miss for case in cases])
    for name in ("all", "dev", "test"):
        chosen = [at for at, case in enumerate(cases) if name in ("all", case.split)]
        said = figures([cases[at] for at in chosen], [judged[at] for at in chosen])
        print(f"{name:5}" + "  ".join(f"{key} {value}" for key, value in said.items()))
    if asked.wrong:
        _print_wrong(cases, judged)


def _change(content: Path, changes: Mapping[str, Any]) -> None:
    for path in changes["without"]:
        (content / path).unlink()
    for entry in changes["entries"]:
        for lang in ("zh", "en"):
            text = dict(entry[lang])
            answer = text.pop("answer")
            window = {
                key: entry[key].isoformat()
                for key in ("publish_from", "publish_until")
                if key in entry
            }
            status = entry.get("status", "published")
            header = {**text, "disclosure": "public", "status": status, **window}
            front = yaml.safe_dump(header, allow_unicode=True, sort_keys=False)
            path = content / entry["topic"] / f"{entry['slug']}.{lang}.md"
            path.write_text(f"---\n{front}---\n{answer}\n", "utf-8")


def _print_wrong(cases: Sequence[Case], judged: Sequence[Judgement]) -> None:
    for case, one in zip(cases, judged, strict=True):
        if case.reason != one.reason and case.split == "dev":
            print(f"{case.reason} → {one.reason} {one.slug} {one.chance:.2f}: {case.miss.wording}")


if __name__ == "__main__":
    main()
