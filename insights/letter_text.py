"""What a letter says, in the language of the question. Plain text, nothing that is fetched."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from kb.catalog import EntryView

SUBJECT_MAX = 100

_SUBJECTS: Mapping[str, str] = {
    "zh": "您的问题有答案了：{title}",
    "en": "Your question has an answer: {title}",
}
_BODIES: Mapping[str, str] = {
    "zh": """\
您好：

您之前问过：
“{question}”

现在可以在这里看到答案：
{title}
{address}

这封信只发一次。不想再收到我们的来信，请打开：
{farewell}

{shop}
""",
    "en": """\
Hello,

You asked us:
“{question}”

The answer is here now:
{title}
{address}

We write this once. If you do not want to hear from us again, open:
{farewell}

{shop}
""",
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: the sender's address, the shop's name in each language, and where the site is
    (no slash at the end)."""

    sender: str
    shop: Mapping[str, str]
    site: str


def compose(
    head: Letterhead, *, to: str, lang: str, question: str, entry: EntryView, token: str
) -> EmailMessage:
    """The letter. Raises ``ValueError`` or ``MessageError`` for an address that is none."""
    tongue = lang if lang in _BODIES else "en"
    title = " ".join(entry.question.split())
    farewell = f"{head.site}/unsubscribe/{token}"
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(head.sender, head.shop[tongue])
    message["To"] = _address(to)
    message["Subject"] = _SUBJECTS[tongue].format(title=title)[:SUBJECT_MAX]
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{farewell}>"
    message.set_content(
        _BODIES[tongue].format(
            question=" ".join(question.split()),
            title=title,
            address=f"{head.site}/faq/{entry.slug}?lang={tongue}",
            farewell=f"{farewell}?lang={tongue}",
            shop=head.shop[tongue],
        )
    )
    return message


def _address(spec: str, name: str = "") -> Address:
    """One address and nothing after it. Raises ``ValueError`` for line breaks and for lists."""
    if any(character.isspace() or character in ",;<>" for character in spec):
        raise ValueError("not one address")
    return Address(display_name=" ".join(name.split()), addr_spec=spec)
