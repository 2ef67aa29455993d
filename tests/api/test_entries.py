"""``GET /api/v1/entries/<slug>``: one entry for those who may see it, 404 for everyone else."""

from flask.testing import FlaskClient

from accounts import tokens
from database import Database, utc_now
from kb.disclosure import Level


def header(database: Database, level: Level) -> dict[str, str]:
    """The header of a new token with this level."""
    with database.session() as session:
        secret = tokens.create(session, "chatbot", level=level, now=utc_now())
    return {"Authorization": f"Bearer {secret}"}


def test_an_entry_with_all_that_the_public_may_see(client: FlaskClient) -> None:
    """Question, answer as HTML and text, languages, address; no note below agents."""
    found = client.get("/api/v1/entries/send-back?lang=en").get_json()
    assert ("send-back", "en", "public") == (found["slug"], found["lang"], found["disclosure"])
    assert "<em>Return</em>" in found["html"]
    assert "Open the order and choose Return within 7 days." == found["text"]
    assert {"zh", "en"} == set(found["langs"])
    assert "" == found["agent_note_html"]


def test_L08_the_note_is_for_agents(client: FlaskClient, database: Database) -> None:
    """An agent's token gets the note; a customer's does not."""
    url = "/api/v1/entries/send-back?lang=en"
    agents = client.get(url, headers=header(database, Level.AGENT)).get_json()
    customers = client.get(url, headers=header(database, Level.CUSTOMER)).get_json()
    assert "Calm them first" in agents["agent_note_html"]
    assert "" == customers["agent_note_html"]


def test_L01_hidden_draft_and_unknown_entries_are_one_404(client: FlaskClient) -> None:
    """The body, status and headers of a hidden entry are those of a made-up one."""
    answers = [
        client.get(f"/api/v1/entries/{slug}") for slug in ("refund-script", "gift-wrap", "nothing")
    ]
    assert {404} == {answer.status_code for answer in answers}
    assert 1 == len({answer.data for answer in answers})
    assert "not_found" == answers[0].get_json()["error"]["code"]


def test_unknown_parameters_are_refused(client: FlaskClient) -> None:
    """There is nothing to widen an entry with."""
    assert 422 == client.get("/api/v1/entries/send-back?include=notes").status_code
    assert 422 == client.get("/api/v1/entries/send-back?lang=fr").status_code
