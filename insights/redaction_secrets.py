"""What people give away by naming it: passwords, codes to sign in with, card numbers.

Nothing in the value itself tells a password from a word, so these rules go by its name and by
what stands between the two. After a bare space or nothing a digit is asked for; after ``是``,
``is``, ``:`` or ``=`` a last word of a clause will do, unless it says how the password fares.
Names of codes that are no secret (a discount code, an error code) are hidden first.
Times are linear as in ``insights.redaction_rules``: a rule begins at a name or at the start of a
run, and every repeat is bounded.
"""

import re

from insights.redaction_rules import GAP, Rule, rule

# what joins a value to its name: a word that says so (_SAYS), or anything down to nothing
_SETS = "输入的?|输的?|填的?|用的?|改成|改为|设成|设为|设置成|设置为|显示"
_SAYS = f"(?:(?:{_SETS})?了?(?:就?是|为|為|叫)|(?:is|was|are)(?![a-z])|:|=)"
_SAID = rf"\s{{0,3}}(?:号码?)?{_SAYS}[\s:=]{{0,3}}(?:(?:is|就?是)(?![a-z])\s?)?"
_BESIDE = rf"\s{{0,3}}(?:{_SAYS}|{_SETS}|(?:to|as|of)(?![a-z]))?[\s:=]{{0,3}}"
_QUOTE = "[\"'“‘「『【(]{0,2}"
# a length, a time or a day is no secret
_UNITS = (
    "年|月|日|号|天|位|次|个|個|分|秒|小时|元|块|条|遍|字|%|"
    "(?:more |or |to )?(?:characters?|chars?|digits?|letters?|numbers?|symbols?|times?|attempts?|"
    "days?|hours?|minutes?|mins?|seconds?|weeks?|months?|years?)(?![a-z])"
)
_NO_UNIT = rf"(?! ?(?:{_UNITS}))"

# secrets that somebody chose; their value is one run of signs without the marks after it
_LASTING = (
    "(?:密[码碼]|口令|暗[号號]|卡密|"
    "(?<![a-z])(?:pass(?:word|code|phrase|wd)s?|pwd|psw|pw)(?![a-z]))"
)
_RUN = r"(?!<[a-z]{2,10}>)(?![:=.,;!?])(?>[!-~]{4,64}(?<![.,;:!?)\"'\]}]))"
_CLAUSE_ENDS = (
    r"(?=[\"'”’」』】)]{0,2}(?:\s{0,3}(?:$|[.,;!?。、\n]|[\u4e00-\u9fff]|(?:and|but)\b)))"
)

# secrets that were sent; their value is digits, and no number that everybody knows
_SENT = (
    "(?:[验驗][证證]|校[验驗]|[动動][态態]|短信|登[录錄]|安全|授权|激活|取件|取货|提货|核销)"
    "[码碼]|(?<![a-z])(?:otp|pin(?:码| ?code| number)?|code)(?![a-z])"
)
_FAULTS = "错误|错了|报错|代码|error"
_MEANWHILE = rf"(?:(?!{_FAULTS})[^\d,.;:=!?<>\ufffc]){{1,28}}?"
_SERVICE = r"(?!(?:10086|10010|10000|12306|12315|95\d{3})(?!\d))"
_DIGITS = (
    rf"{_SERVICE}(?P<it>\d{{3,4}}[ -]\d{{3,4}}|\d{{4,8}}|\d(?: \d){{3,7}}|"
    r"(?:\d{1,2}-){1,2}\d{3,5}|[零〇一二三四五六七八九幺]{4,6})(?![\w零〇一二三四五六七八九幺])"
    r"(?!\.\d)"
)

_BLOCKS = (
    rf"\d{{4}}(?:{GAP}{{1,2}}\d{{4}}){{3}}(?:{GAP}{{1,2}}\d{{1,3}}(?!\d)(?!{GAP}{{1,2}}\d))?(?!\d)"
)

_HOW_IT_FARES = frozenset(
    "wrong incorrect invalid expired correct right fine good okay lost forgotten forgot gone "  # noqa: SIM905
    "locked blocked weak strong short long simple complex required needed necessary mandatory "
    "optional empty blank missing changed reset hidden visible unknown rejected refused denied "
    "accepted working broken secure insecure safe unsafe different identical known saved stored "
    "stolen leaked hacked compromised outdated there here mine what this that same none null ready "
    "case sensitive password passcode login sign in lockout recovery error failed help".split()
)


def _has_digit(candidate: str) -> bool:
    """At least four letters and digits, a digit among them: no ``100%``, no ``6-20``."""
    signs = [sign for sign in candidate if sign.isalnum()]
    return len(signs) >= 4 and any(sign.isdigit() for sign in signs)


def _is_chosen(candidate: str) -> bool:
    """Not merely a word on how the password fares, such as ``wrong/expired``."""
    return not set(re.findall("[a-z]+", candidate.lower())) <= _HOW_IT_FARES


SECRETS: tuple[Rule, ...] = (
    rule(
        "<CARD>",
        r"(?:卡号码?|(?:银行|信用|储蓄|借记)卡(?:号码?)?|",
        r"(?<![a-z])(?:card|visa|mastercard|unionpay|amex)(?: ?(?:no\.?|number|num|#))?(?![a-z]))",
        rf"{_BESIDE}(?P<it>{_BLOCKS}|\d(?:{GAP}{{0,2}}\d){{12,18}}(?!\d))",
    ),
    # four blocks of four are a card's even where a digit is mistyped; years in a row are not
    rule("<CARD>", rf"(?<![\d+])(?=[2-6])(?!20\d\d)(?P<it>{_BLOCKS})"),
    rule(
        "<CODE>",
        r"(?:(?<![a-z])(?:cvv|cvc|cvn|csc)\d?码?(?![a-z])|安全[码碼]|security code)",
        rf"{_BESIDE}(?P<it>\d{{3,4}})(?![\w-])",
    ),
    # a code that is no secret loses its name to the rules below
    rule(
        "",
        r"(?P<it>(?<![a-z])(?:error|fault|status|response|return|exit|discount|promo(?:tion(?:al)?)?|coupon|",
        r"voucher|offer|referral|invit\w{0,6}|zip|post(?:al)?|area|country|product|item|",
        r"style|model|sku|bar|qr|colou?r|size|tracking|order|dress|source|scratch|tax|customs)",
        r"[ -]?codes?(?![a-z])|(?:错误|优惠|折扣|促销|邀请|推荐) ?code|",
        r"(?:淘|红包|优惠|活动|领券|分享)口令|口令红包)",
    ),
    rule(
        "",
        r"(?:error|fail\w{0,4}|错误|报错|shows?|gives?|got|with)[ :]{1,2}(?:an? |the )?",
        r"(?P<it>codes?)(?=[ :#]{1,3}\d{1,5}(?!\d))",
    ),
    rule("<PASSWORD>", rf"{_LASTING}{_BESIDE}{_QUOTE}(?P<it>{_RUN}){_NO_UNIT}", check=_has_digit),
    rule(
        "<PASSWORD>",
        rf"{_LASTING}{_SAID}{_QUOTE}(?P<it>{_RUN}){_CLAUSE_ENDS}",
        check=_is_chosen,
    ),
    rule(
        "<PASSWORD>",
        rf"(?<![!-~])(?P<it>{_RUN}) ?(?:is (?:my|the|our) (?:old |new )?pass(?:word|code)|",
        r"(?:就?是|为)(?:我的?)?(?:登录|支付)?密[码碼])",
        check=_has_digit,
    ),
    rule("<CODE>", rf"(?:{_SENT}){_BESIDE}{_QUOTE}{_DIGITS}{_NO_UNIT}"),
    rule("<CODE>", rf"(?:{_SENT}){_MEANWHILE}{_SAYS}\s{{0,3}}{_QUOTE}{_DIGITS}{_NO_UNIT}"),
    rule(
        "<CODE>",
        r"(?:[验驗][证證][码碼]|(?:verification|login|sign-?in|one-?time) code|otp)",
        rf"{_SAID}{_QUOTE}",
        r"(?P<it>(?=\d*[a-z])[a-z\d]{4,8})(?![\w-])",
        check=_has_digit,
    ),
    rule(
        "<CODE>",
        r"(?<![\w.-])(?P<it>\d{4,8}) ?(?:(?:is|was) (?:my|the|your) ",
        r"(?:verification |security |login |sms )?(?:code|otp|pin)(?![a-z])|",
        r"(?:就?是|这个)(?:我的?|你们?的?)?(?:短信)?[验驗][证證][码碼])",
    ),
)
