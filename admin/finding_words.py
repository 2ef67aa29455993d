"""What a finding says to an editor: its reason, what was found, and where the next step leads."""

from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from insights.findings import Finding, Reason

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

REASONS: dict[Reason, "LazyString"] = {
    Reason.NUMBERS: _l("Numbers disagree"),
    Reason.TWINS: _l("Two entries contradict each other"),
    Reason.EXPIRED: _l("Ended"),
    Reason.VOTED_DOWN: _l("Voted down"),
    Reason.REVIEW_DUE: _l("Review due"),
    Reason.EXPIRING: _l("Ends soon"),
    Reason.MISSING_TRANSLATION: _l("Translation missing"),
    Reason.OLDER_TRANSLATION: _l("Translation is older"),
    Reason.UNREACHED: _l("Nobody comes here"),
}
LANGUAGE_NAMES = {"zh": _l("Chinese"), "en": _l("English")}


def told(finding: Finding) -> str:
    """What was found, in one sentence."""
    match finding.reason:
        case Reason.NUMBERS if finding.in_note:
            return _("The agent notes of the two languages name different numbers.")
        case Reason.NUMBERS:
            return _("The two languages name different numbers.")
        case Reason.TWINS:
            return _(
                "The same sentence stands in “%(other)s” with other numbers.", **_other(finding)
            )
        case Reason.EXPIRED:
            return _("Its time ended on %(day)s, so nobody sees it any more.", day=_day(finding))
        case Reason.EXPIRING:
            return _("Its time ends on %(day)s.", day=_day(finding))
        case Reason.VOTED_DOWN:
            return ngettext(
                "%(count)s of %(num)s person said that it did not help or is wrong.",
                "%(count)s of %(num)s people said that it did not help or is wrong.",
                finding.total,
                count=finding.count,
            )
        case Reason.REVIEW_DUE:
            return _("It was to be looked over by %(day)s.", day=_day(finding))
        case Reason.MISSING_TRANSLATION:
            return _("It is not published in %(language)s.", language=LANGUAGE_NAMES[finding.other])
        case Reason.OLDER_TRANSLATION:
            return _(
                "The %(language)s version was changed on %(day)s, this one was not.",
                language=LANGUAGE_NAMES[finding.other],
                day=_day(finding),
            )
        case Reason.UNREACHED:
            return _("No search led here in %(days)s days.", days=finding.count)


def next_step(finding: Finding) -> str:
    """What to do about it, as the words of a button."""
    match finding.reason:
        case Reason.NUMBERS | Reason.TWINS:
            return _("Compare and put right")
        case Reason.EXPIRED | Reason.EXPIRING:
            return _("Prolong or retire")
        case Reason.REVIEW_DUE:
            return _("Look it over")
        case Reason.MISSING_TRANSLATION:
            return _("Write the translation")
        case Reason.OLDER_TRANSLATION:
            return _("Bring it up to date")
        case Reason.VOTED_DOWN:
            return _("Improve the answer")
        case Reason.UNREACHED:
            return _("Reword or retire")


def address(finding: Finding) -> str:
    """Where the next step is done: the editor, with the finding marked."""
    if finding.reason is Reason.MISSING_TRANSLATION:
        return url_for("admin.new", slug=finding.slug, asked_in=finding.other, finding=finding.key)
    return url_for("admin.edit", slug=finding.slug, lang=finding.lang, finding=finding.key)


def other_address(finding: Finding) -> str:
    """The editor of the other side: of the other language, or of the other entry."""
    if finding.reason is Reason.TWINS:
        return url_for("admin.edit", slug=finding.other, lang=finding.lang)
    return url_for("admin.edit", slug=finding.slug, lang=finding.other)


def _day(finding: Finding) -> str:
    return str(format_date(finding.day, "long"))


def _other(finding: Finding) -> dict[str, str]:
    return {"other": finding.other}
