"""How Chinese sounds: its syllables, for pinyin, initials and homophones (退或 for 退货).

Syllables are folded the way people confuse them: no tones, zh=z, ch=c, sh=s, and no final g.
"""

# ruff: noqa: SIM905 (lists of words are read best as text)
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np

from search.text import HAN
from search.words import Terms

SYLLABLE_MAX = 6
SYLLABLES = frozenset(
    (
        "a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai "
        "can cang cao ce ceng cha chai chan chang chao che chen cheng chi chong chou chu chuai "
        "chuan chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de dei "
        "deng di dian diao die ding diu dong dou du duan dui dun duo e en er fa fan fang fei "
        "fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang "
        "gui gun guo ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui "
        "hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang "
        "kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei "
        "len leng li lia lian liang liao lie lin ling liu long lou lu lv luan lun luo lve ma mai "
        "man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang "
        "nao ne nei nen neng ni nian niang niao nie nin ning niu nong nu nv nuan nuo nve ou pa "
        "pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao "
        "qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru ruan "
        "rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shen sheng "
        "shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta "
        "tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan "
        "wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun "
        "ya yan yang yao ye yi yin ying yong you yu yuan yue yun za zai zan zang zao ze zen "
        "zeng zha zhai zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhua zhuai zhuan "
        "zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo "
    ).split()
)
"""The syllables of standard Chinese, without tones."""
ENGLISH_THAT_READS_AS_PINYIN = frozenset(
    (
        "abuse adele age agenda agua alabama alone along america american amino an anger angle "
        "anti anyone api are area aren arugula asia asian aside ate awaiting aware azure bake "
        "balance banana bare base baseline bike bite bone buying cache cake came can canada "
        "canadian candidate care career case ceo chance change cheese chennai cheque chili "
        "china chinese cinema courier cure cute dale damage dance danger dare data database "
        "date dating decide deer defense delegate delete deleting deli delicate demo dense "
        "desire die dining disease due ease easier eating editing eliminate ending endure "
        "engage ensure entire era erase eta eye face fake fame fan fate fence future game gang "
        "gate generate generating genre guarantee guide gun hang hate he headache heading here "
        "hesitate hongkong house huge human hunting june kenya la lake landing lane language "
        "late leading league lean lease lemonade license lie like lime line loading loan locate "
        "logan long longer loose lose macao machine made magazine make male man manage manicure "
        "manila maria mario mayo me mean meaning measure media medicine meeting memo men menu "
        "meta metadata mexican mi miami mike milan mile mine mini minute mobile mode module "
        "more mouse mute name nature nice nine obama ocean one onenote open orange pace page "
        "palace pale pan pane papa patience paying pen pending piano pie piece pile pin pole "
        "police policeman polite politician pure quarantine queen quote range reading realize "
        "rebate reduce refuse release remaining remote rename residence resume rice ride "
        "ridicule rihanna rise route routine routing rude rule run running runtime sale same "
        "san saying sea seating secure see seen semi sending sense sequence shake shame share "
        "she shine side silence siri site size song suicide suite sun sure susan sushi taiwan "
        "taiwanese take taken taxi tea tie tier tile time tire tune waiting wake wanna "
        "warehouse woke woman women wooden wore yamaha yesi yoga you "
    ).split()
)
"""From the open training data: common English words that can be cut into syllables; and a few that
shops are asked for."""

_HAN_RUN = re.compile(f"[{HAN}]+")


def sound_terms(text: str) -> Terms:
    """Neighbouring syllables of Chinese."""
    grams: list[str] = []
    for run in _HAN_RUN.findall(text):
        syllables = [_fold(syllable) for syllable in _read_aloud(run)]
        grams += [f"{one} {other}" for one, other in pairwise(syllables)]
    return np.fromiter((crc32(gram.encode()) for gram in grams), dtype=np.uint32, count=len(grams))


@lru_cache(maxsize=65_536)
def cut_pinyin(word: str) -> tuple[str, ...]:
    """The syllables of a word written in pinyin, the fewest; empty when it is none."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for begin in range(max(0, end - SYLLABLE_MAX), end):
            before = best[begin]
            if before is None or word[begin:end] not in SYLLABLES:
                continue
            known = best[end]
            if known is None or len(before) + 1 < len(known):
                best[end] = (*before, word[begin:end])
    return best[-1] or ()


def is_english(word: str) -> bool:
    """Whether a word that could be pinyin is more likely English."""
    return word in ENGLISH_THAT_READS_AS_PINYIN


@lru_cache(maxsize=65_536)
def readings(character: str) -> frozenset[str]:
    """Every way to read one character, without tones; none for an unknown one."""
    from pypinyin import Style, pinyin  # its dictionaries take a moment: only for Chinese text

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(sound for sounds in found for sound in sounds if sound in SYLLABLES)


def sound_of(character: str) -> str:
    """The commonest reading of one character as people hear it; empty for an unknown one."""
    return "".join(map(_fold, _read_aloud(character)))


@lru_cache(maxsize=65_536)
def _fold(syllable: str) -> str:
    for heard, written in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(heard):
            syllable = written + syllable[2:]
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


@lru_cache(maxsize=8_192)
def _read_aloud(run: str) -> Sequence[str]:
    from pypinyin import lazy_pinyin

    return tuple(part for part in lazy_pinyin(run, errors="ignore") if part)
