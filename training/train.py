"""Training: one run over a stream of mixed batches, resumable, on a CPU or a GPU."""

import time
from dataclasses import asdict, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tqdm import tqdm

from training.cache import fingerprint
from training.corpus import load_pairs
from training.examples import examples
from training.lanes import Batches
from training.learner import Learner
from training.network import load_encoder, save_encoder
from training.recipe import Recipe, rate_at
from training.teacher import Teacher
from training.text import is_chinese
from training.tokenizer import PAD
from training.vocabulary import SPECIAL

LONGEST = 88
"""Tokens of a text that training reads; serving reads more."""

SAVE_SECONDS = 240
SHOWN = 25
"""Steps from one loss shown to the next: reading it waits for the device."""


def train(inputs: list[Path], output: Path, recipe: Recipe, *, threads: int, device: str) -> None:
    """Train from pairs, tokenizer, first weights and teacher (`inputs`); write `output`.

    The state is kept beside `output` every few minutes; a run that finds one of the same inputs
    and recipe goes on from it, to another end if that is what changed.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(recipe.seed)
    source, tokens, weights, embeddings = inputs
    tokenizer = Tokenizer.from_file(str(tokens))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.enable_padding(pad_id=PAD, pad_token=SPECIAL[PAD])
    teacher = Teacher(embeddings)
    learner = Learner(
        load_encoder(weights),
        teacher.rows,
        recipe,
        first_fresh=first_chinese(tokenizer),
        device=device,
    )
    state = output.with_suffix(".state")
    basis = fingerprint(inputs, asdict(replace(recipe, steps=0, decay_from=0)))
    start = resume(learner, state, basis)
    batches = Batches(load_pairs(source), teacher, recipe)
    stream = examples(batches.__iter__, tokenizer, teacher.numbers, start=start)
    saved = time.monotonic()
    means: dict[str, float] = {}
    with tqdm(
        total=recipe.steps, initial=start, desc=output.stem, unit="step", mininterval=10
    ) as bar:
        for step in range(start, recipe.steps):
            example = next(stream)
            loss = learner.step(example, rate_at(step, recipe))
            if step % SHOWN == 0:
                means[example.kind] = float(loss)
                bar.set_postfix({kind: f"{mean:.3f}" for kind, mean in means.items()}, False)
            bar.update()
            if time.monotonic() - saved > SAVE_SECONDS:
                keep(learner, state, basis, step + 1)
                saved = time.monotonic()
    save_encoder(learner.encoder.state_dict(), output)
    state.unlink(missing_ok=True)


def first_chinese(tokenizer: Tokenizer) -> int:
    """Return the number of the first Chinese piece; English ones come before it."""
    return min(number for text, number in tokenizer.get_vocab().items() if is_chinese(text))


def keep(learner: Learner, path: Path, basis: str, step: int) -> None:
    """Write what is needed to go on at `step` of the run of this `basis`."""
    partial = path.with_suffix(".partial")
    torch.save(
        {
            "basis": basis,
            "step": step,
            "chance": learner.chance.get_state(),
            "encoder": learner.encoder.state_dict(),
            "rows": learner.rows.state_dict(),
            "body": learner.body.state_dict(),
        },
        partial,
    )
    partial.replace(path)


def resume(learner: Learner, path: Path, basis: str) -> int:
    """Load what `keep` wrote and return the step to go on with; 0 when no such run was begun."""
    if not path.exists():
        return 0
    kept = torch.load(path, weights_only=True, map_location=learner.device)
    if kept["basis"] != basis:
        print(f"{path}: of other inputs or another recipe; starting again", flush=True)
        return 0
    learner.chance.set_state(kept["chance"].cpu())
    learner.encoder.load_state_dict(kept["encoder"])
    learner.rows.load_state_dict(kept["rows"])
    learner.body.load_state_dict(kept["body"])
    return int(kept["step"])
