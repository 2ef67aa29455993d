"""The one pattern that finds quantities in a text, Chinese and English; read by ``quantities``.

Its alternatives stand in order: what could be read in two ways is read in the first.
Spaces are counted, three at most, so that a flood of them costs no time.
"""

import re

from insights.numerals import ARABIC_NUMERAL, ENGLISH_NUMERAL, HAN_NUMERAL
from insights.units import MONTH, UNITS

_S = r"\s{0,3}"
_G = r"\s{1,3}"
_N = f"(?:{ARABIC_NUMERAL}|{HAN_NUMERAL}|(?:(?<![a-z])(?:{ENGLISH_NUMERAL})(?![a-z])))"
_UNIT = "|".join(sorted((re.escape(name) for name in UNITS), key=len, reverse=True))
PATTERN = re.compile(
    rf"""
      (?P<code> (?<![a-z\d]) [a-z]{{1,3}} -? \d+ [a-z]? (?![a-z\d]) )
    | (?P<ordinal> 第 {_S} {HAN_NUMERAL} | (?:周|星期|礼拜|[另万之其统唯同]) 一 )
    | (?P<iso> (?<!\d) (?:(?:19|20)\d\d) [-/.] \d{{1,2}} [-/.] \d{{1,2}} (?!\d) )
    | (?P<hanmonth> {_N} ) {_S} 月 (?: {_S} (?P<handay> {_N} ) {_S} [日号] )?
    | (?P<hanyear> (?<!\d) \d{{4}} | [二〇零一九]{{4}} ) {_S} 年
    | 每月 {_S} (?P<monthday> {_N} ) {_S} [日号]
    | \b day {_G} (?P<endayof> \d{{1,2}} ) {_G} of {_G} (?:each|every|the) {_G} month
    | \b (?:on|by) {_G} the {_G} (?P<enday> \d{{1,2}} ) (?:st|nd|rd|th) \b
    | \b (?P<daymonth> \d{{1,2}} ) (?:st|nd|rd|th)? {_G} (?:of {_G})? (?P<dmonth> {MONTH} ) \b
    | \b (?P<mmonth> {MONTH} ) \.? {_G} (?P<mday> \d{{1,2}} ) (?:st|nd|rd|th)? (?!\d|:)
    | \b in {_G} (?P<lonemonth> {MONTH} ) \b
    | (?<!\d) (?P<hour> \d{{1,2}} ) : (?P<minute> [0-5]\d ) (?!\d) {_S} (?P<half> [ap]\.?m\b\.? )?
    | (?<!\d) (?P<hour12> \d{{1,2}} ) {_S} (?P<half12> [ap]\.?m\b\.? )
    | (?: (?P<part> 凌晨|早上|上午|中午|下午|晚上|傍晚|晚 ) {_S} )? (?P<hanhour> {_N} ) {_S} 点
      (?! [一二两三四五六七八九十百千万]?[个些]|\d )
      (?: (?P<halfpast> 半) | {_S} (?P<hanminute> {_N} ) {_S} 分 )?
    | (?P<noon> 中午 (?!{_S}\d) | \b (?:noon|midday) \b )
    | 百分之 {_S} (?P<hanshare> {_N} )
    | (?P<share> {_N} ) {_S} (?: % | percent | per \s cent )
    | (?P<off> {_N} ) {_S} 折 (?! [叠扣旧损] )
    | (?P<halfoff> 半价 | \b half {_G} (?:the {_G})? price \b )
    | (?: [¥￥] | \b(?:rmb|cny) | 人民币 ) {_S} (?P<money> {_N} )
      (?: {_S} (?P<times> [万千k](?![a-z]) ) )?
    | (?P<halfunit> 半 {_S} 个?工?(?:小时|钟头|天|年|月)
        | \b half (?: {_G} an? |-) {_S} (?:hour|day|year) )
    | (?P<plushalf> {_N} ) {_S} (?: 个半 {_S} (?P<hhunit> 小时|钟头|月 ) | (?P<hunit> 天|年 ) 半
        | {_G} and {_G} a {_G} half [\s-]{{1,3}} (?P<ehunit> hours?|days?|years?|months? ) )
    | \b (?: within|after|for|than|over|about ) {_G} an? {_G}
      (?P<single> day|week|fortnight|month|year|hour|minute ) \b
    | (?P<number> {_N} ) (?P<scale> {_S}[万千] (?={_S}(?:元|块|米|克|瓦)) )?
      (?: [\s-]{{0,3}} (?P<unit> {_UNIT} ) (?![a-z]) )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
