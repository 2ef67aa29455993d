"""Redaction: what is taken, what stays, and how long it may take."""

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from insights.redaction import redact

PHONES = [
    ("13812345678", "<PHONE>"),
    ("我的手机是13812345678能改吗", "我的手机是<PHONE>能改吗"),
    ("138 1234 5678", "<PHONE>"),
    ("138-1234-5678", "<PHONE>"),
    ("138.1234.5678", "<PHONE>"),
    ("138\u200b1234\u200b5678", "<PHONE>"),
    ("1 3 8 1 2 3 4 5 6 7 8", "<PHONE>"),
    ("１３８１２３４５６７８", "<PHONE>"),
    ("１３８－１２３４－５６７８", "<PHONE>"),
    ("+86 138 1234 5678", "<PHONE>"),
    ("+8613812345678", "<PHONE>"),
    ("008613812345678", "<PHONE>"),
    ("(+86)13812345678", "<PHONE>"),
    ("（＋８６）13812345678", "<PHONE>"),
    ("8613812345678", "<PHONE>"),
    ("一三八一二三四五六七八", "<PHONE>"),
    ("幺三八幺二三四五六七八", "<PHONE>"),
    ("13812345678 13912345678", "<PHONE> <PHONE>"),
    ("13812345678,13912345678", "<PHONE>,<PHONE>"),
    ("010-62345678", "<PHONE>"),
    ("01062345678", "<PHONE>"),
    ("(010)62345678", "<PHONE>"),
    ("0571 8765 4321", "<PHONE>"),
    ("0571-87654321转802", "<PHONE>"),
    ("+86 10 6234 5678", "<PHONE>"),
    ("座机 8765432", "座机 <PHONE>"),
    ("电话：8765-4321", "电话：<PHONE>"),
    ("400-820-8820", "<PHONE>"),
    ("4008208820", "<PHONE>"),
    ("call me at 415-555-2671", "call me at <PHONE>"),
    ("(415) 555-2671", "<PHONE>"),
    ("1-415-555-2671", "<PHONE>"),
    ("+1 415 555 2671", "<PHONE>"),
    ("+44 20 7946 0958", "<PHONE>"),
    ("+852 2345 6789", "<PHONE>"),
    ("phone number 5552671", "phone number <PHONE>"),
    ("vx同号13800138000", "vx同号<PHONE>"),
]

OTHERS = [
    ("11010519491231002X", "<ID>"),
    ("身份证11010519491231002x填错了", "身份证<ID>填错了"),
    ("110105 19491231 002X", "<ID>"),
    ("１１０１０５１９４９１２３１００２Ｘ", "<ID>"),
    ("123-45-6789", "<ID>"),
    ("4111 1111 1111 1111", "<CARD>"),
    ("4111111111111111", "<CARD>"),
    ("6222-0212-3456-7890-128", "<CARD>"),
    ("卡号４１１１１１１１１１１１１１１１付不了", "卡号<CARD>付不了"),
    ("foo.bar+shop@example.com", "<EMAIL>"),
    ("邮箱是foo@qq.com收不到", "邮箱是<EMAIL>收不到"),
    ("ｆｏｏ＠ｑｑ．ｃｏｍ", "<EMAIL>"),
    ("foo (at) example.com", "<EMAIL>"),
    ("张三@例子.公司", "<EMAIL>"),
    ("微信号abcdefg加我", "微信号<ACCOUNT>加我"),
    ("加微信 zhang_san88", "加微信 <ACCOUNT>"),
    ("我微信：hello-world", "我微信：<ACCOUNT>"),
    ("vx abc12345", "vx <ACCOUNT>"),
    ("wechat id: foobar", "wechat id: <ACCOUNT>"),
    ("QQ 10001", "QQ <ACCOUNT>"),
    ("qq号是123456789", "qq号是<ACCOUNT>"),
    ("扣扣：123456", "扣扣：<ACCOUNT>"),
    ("订单号 AB12CD34 到哪了", "订单号 <ORDER> 到哪了"),
    ("单号:12345", "单号:<ORDER>"),
    ("order number 55501", "order number <ORDER>"),
    ("order #55501x", "order #<ORDER>"),
    ("订单202611221234567没发", "订单<NUMBER>没发"),
    ("SF1234567890123到哪了", "<NUMBER>到哪了"),
    ("99999999", "<NUMBER>"),
    ("粤B12345停车", "<PLATE>停车"),
    ("京A·12345", "<PLATE>"),
    ("沪AD12345", "<PLATE>"),
    ("寄到文三路100号行吗", "寄到<ADDRESS>行吗"),
    ("寄到浙江省杭州市西湖区文三路100号3栋502室，行吗", "寄到<ADDRESS>，行吗"),
    ("改成5栋2单元301室", "改成<ADDRESS>"),
    ("ship to 221B Baker Street please", "ship to <ADDRESS> please"),
    ("PO Box 1234", "<ADDRESS>"),
]

KEPT = [
    "iPhone 15 Pro 256",
    "iPhone 15 Pro Max 256GB 多少钱",
    "error 10086",
    "错误 10086 是什么",
    "12306 买票送积分吗",
    "SKU ABC-12345",
    "SM-G9980 有货吗",
    "货号 88321",
    "128 gb usb drive",
    "新Mate60X 手机壳",
    "满300减50，第2件0元",
    "价格1299.00 1399.00 1499.00",
    "175/92A 38 40 选哪个",
    "2026-11-11 下单什么时候发",
    "2026年11月11日 10:30",
    "20261111 的订单",
    "双11 前 48 小时",
    "七天无理由退货",
    "24小时内发货吗",
    "wechat pay failed",
    "微信支付 weixin pay",
    "QQ音乐会员",
    "A4 纸 500 张",
    "e-mail 收不到",
    "call me maybe",
    "order 3 get 1 free",
    "杭州市西湖区当天能到吗",
    "南京路店几点开门",
    "中国",
    "",
]


@pytest.mark.parametrize(("text", "expected"), PHONES)
def test_R01_phone_numbers_in_every_form_are_taken(text: str, expected: str) -> None:
    """Mobile, landline, service and foreign numbers go, however they are written."""
    assert expected == redact(text)


@pytest.mark.parametrize(("text", "expected"), OTHERS)
def test_R02_other_personal_data_is_taken_by_kind(text: str, expected: str) -> None:
    """Identity and bank cards, addresses of all kinds, accounts, orders and plates go."""
    assert expected == redact(text)


@pytest.mark.parametrize("text", KEPT)
def test_R03_what_shoppers_ask_about_is_kept(text: str) -> None:
    """Models, sizes, prices, dates and short codes are no personal data."""
    assert text == redact(text)


def test_R02_identity_needs_its_checksum() -> None:
    """Eighteen digits with a wrong checksum are a long number, not an identity card."""
    expected = "<NUMBER>X"
    assert expected == redact("11010519491231003X")


GAPS = st.sampled_from(["", " ", "-", ".", "\u00a0", "\u200b", "－", "　"])
DIGITS = st.text(string.digits, min_size=9, max_size=9)
AROUND = st.text("我的是在吗怎么 ，。？abc", max_size=12)


@given(AROUND, st.sampled_from("3456789"), DIGITS, GAPS, GAPS, st.booleans(), AROUND)
def test_R01_no_digit_of_a_mobile_number_stays(
    before: str, second: str, rest: str, gap: str, other: str, full_width: bool, after: str
) -> None:
    """Whatever stands around and between, not one digit of the number is left."""
    number = f"1{second}{rest[:1]}{gap}{rest[1:5]}{other}{rest[5:]}"
    if full_width:
        number = number.translate({ord(d): ord(d) + 0xFEE0 for d in string.digits})
    assert not any(sign.isdigit() for sign in redact(f"{before}{number}{after}"))


def test_R02_an_identity_of_an_unlisted_place_is_taken() -> None:
    """A number whose place no table knows is a number of a person all the same."""
    assert "身份证 <ID> 对吗" == redact("身份证 633811500006130054 对吗")


@given(st.text("0123456789", min_size=14, max_size=17), GAPS)
def test_R02_cards_that_check_are_taken(digits: str, gap: str) -> None:
    """Every number with a valid Luhn digit goes, in blocks of four or in one."""
    card = "6" + digits + str(luhn.calc_check_digit("6" + digits))
    blocks = gap.join(card[i : i + 4] for i in range(0, len(card), 4))
    assert not any(sign.isdigit() for sign in redact(blocks))


@given(st.text(string.digits, min_size=8, max_size=60).filter(lambda d: d[:2] not in ("19", "20")))
def test_R02_a_long_run_of_digits_never_stays(digits: str) -> None:
    """Eight digits or more in a row are taken, whatever they are."""
    assert not any(sign.isdigit() for sign in redact(f"查一下{digits}谢谢"))


@given(st.text())
def test_any_text_comes_back_and_twice_changes_nothing(text: str) -> None:
    """No input makes it fail, and what it gives holds nothing more to take."""
    once = redact(text)
    assert once == redact(once)


LIVELY = st.text("0123456789+-() .@abxqQ微信号订单路街栋室电话粤B年月<>", max_size=60)


@given(LIVELY)
def test_lively_text_redacted_twice_changes_nothing(text: str) -> None:
    """The same for text made of the very signs that rules look for."""
    once = redact(text)
    assert once == redact(once)


HOSTILE = [
    "1", "1 ", "1-", "(", "+", "+1234567 ", "138 ", "0571-", "00", "x ", "a@", "@", "a.", "aa ",
    "1a street ", "1 aa bb cc ", "微信", "微信是a", "订单号a", "单号 a1234", "京A1", "路1号", "栋",
    "1栋", "路1号a号", "<", "\u200b", "1\u200b", "幺", "１", "（", "a" * 64 + "@", "\ufffc",
    "密码", "密码a1", "密码是", "密码:", "pw=", "pw!", "password is ", "验证码", "验证码是1",
    "code ", "code 1234", "1234 is my ", "a1b2 ", "!", "卡号1 ", "6222 ", "6222 0212 3456 7890",
    "error code", "错误 code", "零", "pin ", "cvv1", "密码“a1",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_Q08_hostile_text_takes_linear_time(
    unit: str, processor_seconds: Callable[[Callable[[], object]], float]
) -> None:
    """100,000 signs that almost match take a fraction of a second (measured: below 0.3 s)."""
    text = (unit * 100_000)[:100_000]
    assert processor_seconds(lambda: redact(text)) < 1.0
