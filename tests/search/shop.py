"""A small shop of its own for each test: real files, real database, real index."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import migrations
from database import Database
from kb.disclosure import Audience, Level
from kb.library import Library
from search.encoder import Embedder
from search.engine import SearchEngine
from search.generation import Checkpoint, no_checkpoint
from search.hashing import HashingEmbedder
from search.publishing import Publication, Publisher

ANYONE = Audience(Level.PUBLIC)
CUSTOMER = Audience(Level.CUSTOMER)
AGENT = Audience(Level.AGENT)
EDITOR = Audience(Level.INTERNAL)

TOPICS = """\
- id: returns
  name: {zh: 退货, en: Returns}
  description: {zh: 怎么退, en: How to send back}
- id: delivery
  name: {zh: 配送, en: Delivery}
  description: {zh: 怎么送, en: How it travels}
"""

ENTRIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("return-how", "zh", {"question": "怎么退货？", "alternates": ["东西不想要了怎么退"]}),
    ("return-how", "en", {"question": "How do I return an item?", "answer": "Within 7 days."}),
    ("refund-time", "zh", {"question": "退款多久到账？", "answer": "退款三到五天到账。"}),
    ("parcel-where", "zh", {"topic": "delivery", "question": "快递到哪里了？"}),
    ("invoice-get", "zh", {"topic": "delivery", "question": "怎么开发票？"}),
)


@dataclass
class Shop:
    """Files, database and index of one shop; ``database`` is migrated."""

    root: Path
    database: Database
    embedder: Embedder
    checkpoint: Checkpoint = no_checkpoint

    @property
    def content(self) -> Path:
        """The folder of entries."""
        return self.root / "content"

    @property
    def index_dir(self) -> Path:
        """The folder of generations."""
        return self.root / "index"

    def write(self, slug: str, lang: str = "zh", **fields: Any) -> Path:
        """Write an entry; lists become YAML lists, ``answer`` the body."""
        topic = fields.pop("topic", "returns")
        answer = fields.pop("answer", "请联系客服。" if lang == "zh" else "Please ask us.")
        header = {"disclosure": "public", "status": "published"} | fields
        lines = [f"{key}: {_yaml(value)}" for key, value in header.items()]
        path = self.content / topic / f"{slug}.{lang}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\n" + "\n".join(lines) + f"\n---\n{answer}\n", "utf-8")
        return path

    def publisher(self) -> Publisher:
        """A publisher as another process would have it."""
        return Publisher(
            self.database,
            Library(self.content),
            self.index_dir,
            self.embedder,
            checkpoint=self.checkpoint,
        )

    def publish(self) -> Publication:
        """Publish what the files say; a faulty file is a fault of the test."""
        publication = self.publisher().publish()
        assert [] == list(publication.problems)
        return publication

    def engine(self, **options: Any) -> SearchEngine:
        """An engine as another worker would have it."""
        return SearchEngine(self.database, self.index_dir, self.embedder, **options)


def _yaml(value: Any) -> str:
    if isinstance(value, list):
        return "".join(f"\n  - {one!r}" for one in value)
    return repr(value) if isinstance(value, str) and ":" not in value else str(value)


def open_shop(root: Path, *, embedder: Embedder | None = None) -> Shop:
    """A shop in an empty folder: topics and tables, no entries."""
    (root / "content").mkdir(parents=True)
    (root / "content" / "topics.yaml").write_text(TOPICS, "utf-8")
    database = Database(f"sqlite:///{root / 'dawen.db'}")
    migrations.upgrade(database)
    return Shop(root, database, embedder or HashingEmbedder())
