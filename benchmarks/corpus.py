"""A shop as large as wanted, in both languages, made of what the shipped content says.

Each entry is a shipped one about one product: the same phrasings, answer and level with the
product's name in them, cut to eight passages. The same number always gives the same entry.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from benchmarks.subjects import JUDGED, ROOT
from kb.entry import Entry
from kb.library import Library
from search.evaluation import read_judged

ALTERNATES = 4
ANSWER_MAX = {"zh": 100, "en": 280}
"""Characters of an answer or a note: one passage each."""
LOOKS = {
    "zh": "黑色 白色 深蓝 浅灰 米色 红色 墨绿 迷你 大号 儿童 男款 女款 加厚 轻薄 防水 便携 "
    "折叠 无线 静音 智能 复古 简约 运动 商务 户外 家用 新款 升级版 限量版 礼盒装",
    "en": "black white navy grey beige red green mini large children's men's women's padded light "
    "waterproof portable folding wireless quiet smart retro plain sports office outdoor household "
    "new upgraded limited boxed",
}
THINGS = {
    "zh": "耳机 音箱 手表 充电宝 键盘 鼠标 台灯 风扇 水壶 电饭煲 吹风机 剃须刀 牙刷 背包 "
    "行李箱 雨伞 帐篷 睡袋 运动鞋 拖鞋 衬衫 外套 毛衣 围巾 手套 帽子 床单 枕头 "
    "被子 毛巾 水杯 餐具 砧板 平底锅 花瓶 书架 办公椅 瑜伽垫 跳绳 猫粮",
    "en": "headphones speaker watch powerbank keyboard mouse lamp fan kettle cooker hairdryer "
    "shaver toothbrush backpack suitcase umbrella tent sleeping-bag trainers slippers shirt coat "
    "sweater scarf gloves hat sheets pillow duvet towel cup cutlery board "
    "pan vase shelf chair mat rope cat-food",
}


@dataclass(frozen=True, slots=True)
class Product:
    """Something the shop sells; ``names`` by language."""

    number: int

    def name(self, lang: str) -> str:
        """A look, a thing, and a code that nothing else has."""
        looks, things = LOOKS[lang].split(), THINGS[lang].split()
        look, thing = looks[self.number // len(things) % len(looks)], things[self.number % 40]
        between = "" if lang == "zh" else " "
        return f"{look}{between}{thing} K{self.number}"


class Corpus:
    """The first ``size`` entries of the endless shop."""

    def __init__(self, size: int) -> None:
        self.size = size

    @cached_property
    def shipped(self) -> Sequence[Entry]:
        """The shipped entries that have phrasings enough, in the order of their files."""
        found = sorted(Library(ROOT / "content").scan().entries.items())
        entries = [each.entry for _, each in found]
        return [one for one in entries if one.status == "published" and len(one.alternates) > 2]

    def __iter__(self) -> Iterator["Made"]:
        for number in range(self.size):
            at, product = number % len(self.shipped), Product(number // len(self.shipped))
            yield Made(self.shipped[at], product)

    def write(self, content: Path) -> None:
        """The content folder of the shop."""
        content.mkdir(parents=True)
        for name in ("topics.yaml", "synonyms.yaml"):
            (content / name).write_bytes((ROOT / "content" / name).read_bytes())
        for made in self:
            made.write(content)


@dataclass(frozen=True, slots=True)
class Made:
    """A shipped entry about one product."""

    shipped: Entry
    product: Product

    @property
    def slug(self) -> str:
        """Translations of one entry share it."""
        return f"{self.shipped.slug}-{self.product.number}"

    @property
    def phrasings(self) -> list[str]:
        """The question first; ``ALTERNATES`` more."""
        own = [self.shipped.question, *self.shipped.alternates]
        while len(own) <= ALTERNATES:
            own.append(f"{self.product.number}: {own[len(own) - 3]}")
        return [self.about(text) for text in own[: ALTERNATES + 1]]

    def about(self, text: str) -> str:
        """The text with the product in it."""
        name = self.product.name(self.shipped.lang)
        if self.shipped.lang == "zh":
            return f"{name} {text}"
        return f"{text.rstrip('?.')} for the {name}?"

    def piece(self, text: str) -> str:
        """The beginning of a longer text, in one line."""
        plain = " ".join(text.replace("*", "").replace("[", "").replace("]", " ").split())
        return self.about(plain[: ANSWER_MAX[self.shipped.lang]])

    def write(self, content: Path) -> Path:
        """The entry's file."""
        header = {
            "question": self.phrasings[0],
            "disclosure": self.shipped.level.label,
            "status": "published",
            "alternates": self.phrasings[1:],
            "not_for": [self.about((*self.shipped.not_for, self.shipped.question + "吗")[0])],
            "agent_note": self.piece(self.shipped.agent_note or self.shipped.answer[::-1]),
        }
        path = content / self.shipped.topic / f"{self.slug}.{self.shipped.lang}.md"
        path.parent.mkdir(exist_ok=True)
        head = yaml.safe_dump(header, allow_unicode=True, sort_keys=False, width=10_000)
        path.write_text(f"---\n{head}---\n{self.piece(self.shipped.answer)}\n", "utf-8")
        return path


def questions(count: int) -> list[str]:
    """Judged questions, every other one about a product."""
    texts = [query.text for query in read_judged(JUDGED / "queries.jsonl")]
    made = (
        text if number % 2 else f"{Product(number * 7 % 74).name('zh')} {text}"
        for number, text in enumerate(texts * (count // len(texts) + 1))
    )
    return list(dict.fromkeys(made))[:count]
