"""What training minimises. Embeddings are of unit length; every function returns a scalar mean."""

import torch
from torch import Tensor
from torch.nn import functional

TEMPERATURE = 0.05
ALIKE = 0.9
"""Two texts whose teacher embeddings are this close are not held against each other."""

SAME_WANT = 0.8
"""Judged by eye on means of whole clusters, of which most above .85 ask for the same; the means of
four texts lie a little further apart."""

_NEVER = -1e4


def distillation(student: Tensor, teacher: Tensor) -> Tensor:
    """Return the mean cosine distance to the teacher, both [B, width]."""
    return (1 - (student * teacher).sum(-1)).mean()


def teacher_contrast(student: Tensor, teacher: Tensor, bank: Tensor) -> Tensor:
    """Contrast each student row with its teacher row against the batch and a bank of others.

    student, teacher [B, width]; bank [N, width]. Negatives that the teacher itself finds alike
    are left out. After InfoNCE (van den Oord et al., 2018).
    """
    others = torch.cat([teacher, bank])
    logits = student @ others.T / TEMPERATURE
    alike = teacher @ others.T > ALIKE
    target = torch.arange(len(student), device=student.device)
    alike[target, target] = False
    return functional.cross_entropy(logits.masked_fill(alike, _NEVER), target)


def pair_contrast(left: Tensor, right: Tensor, same: Tensor) -> Tensor:
    """Contrast row i of `left` with row i of `right`, in both directions, within the batch.

    `same` is True [B, B] where two rows mean the same and must not be pushed apart.
    """
    logits = left @ right.T / TEMPERATURE
    target = torch.arange(len(left), device=left.device)
    free = same.clone()
    free[target, target] = False
    forward = functional.cross_entropy(logits.masked_fill(free, _NEVER), target)
    backward = functional.cross_entropy(logits.T.masked_fill(free.T, _NEVER), target)
    return (forward + backward) / 2


def cluster_contrast(
    rows: Tensor, labels: Tensor, *, certain: int, temperature: float = 0.1
) -> Tensor:
    """Pull rows of one label together, push others apart (Khosla et al., 2020: SupCon).

    rows [B, width], labels int64 [B]; a row alone with its label counts as a negative only.
    Labels come in runs of `certain` that are known to want different things; labels of two runs
    are not held against each other where the means of their rows are alike.
    """
    own = torch.eye(len(rows), dtype=torch.bool, device=rows.device)
    doubtful = alike_clusters(rows.detach(), labels, certain=certain)
    logits = (rows @ rows.T / temperature).masked_fill(own | doubtful, _NEVER)
    positives = (labels[:, None] == labels[None, :]) & ~own
    logarithms = logits - logits.logsumexp(1, keepdim=True)
    counts = positives.sum(1)
    per_row = -(logarithms * positives).sum(1) / counts.clamp(min=1)
    return per_row[counts > 0].mean()


def alike_clusters(rows: Tensor, labels: Tensor, *, certain: int) -> Tensor:
    """Return True [B, B] where two rows are of clusters that may be one.

    Their labels are of two runs of `certain`, and their means closer than `SAME_WANT`.
    """
    members = functional.one_hot(labels).T.to(rows.dtype)
    means = functional.normalize(members @ rows, dim=-1)
    runs = torch.arange(len(means), device=rows.device) // certain
    apart = runs[:, None] != runs[None, :]
    alike = (means @ means.T > SAME_WANT) & apart
    return alike[labels][:, labels]
