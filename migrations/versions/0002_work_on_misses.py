"""Work on misses."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clusters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("named_by_hand", sa.Boolean(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("centroid", sa.LargeBinary(), nullable=False),
        sa.Column("assigned_to", sa.Integer(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("watched_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clusters")),
    )
    with op.batch_alter_table("clusters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clusters_status"), ["status"], unique=False)

    op.create_table(
        "intents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(length=1100), nullable=False),
        sa.Column("wording", sa.String(length=1100), nullable=False),
        sa.Column("first", sa.String(length=1100), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("shown", sa.String(length=120), nullable=False),
        sa.Column("accepted", sa.String(length=120), nullable=False),
        sa.Column("contacted", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("reason_slug", sa.String(length=120), nullable=False),
        sa.Column("reason_gap", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intents")),
    )
    with op.batch_alter_table("intents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intents_at"), ["at"], unique=False)
        batch_op.create_index("ix_intents_cause_at", ["cause", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_intents_session"), ["session"], unique=False)
        batch_op.create_index(batch_op.f("ix_intents_wording"), ["wording"], unique=False)

    op.create_table(
        "judged_queries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1100), nullable=False),
        sa.Column("wording", sa.String(length=1100), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judged_queries")),
        sa.UniqueConstraint("wording", "lang", "level", name=op.f("uq_judged_queries_wording")),
    )
    with op.batch_alter_table("judged_queries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judged_queries_slug"), ["slug"], unique=False)

    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(length=1100), nullable=False),
        sa.Column("text", sa.String(length=1100), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("wording", "slug", name=op.f("uq_proposals_wording")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_status"), ["status"], unique=False)

    op.create_table(
        "dismissed_findings",
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_dismissed_findings")),
    )
    op.create_table(
        "visits",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "page", name=op.f("pk_visits")),
    )
    op.create_table(
        "watermarks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_watermarks")),
    )
    op.create_table(
        "closures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"],
            ["clusters.id"],
            name=op.f("fk_closures_cluster_id_clusters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    with op.batch_alter_table("closures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closures_cluster_id"), ["cluster_id"], unique=False)

    op.create_table(
        "cluster_members",
        sa.Column("wording", sa.String(length=1100), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("likeness", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"],
            ["clusters.id"],
            name=op.f("fk_cluster_members_cluster_id_clusters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("wording", name=op.f("pk_cluster_members")),
    )
    with op.batch_alter_table("cluster_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cluster_members_cluster_id"), ["cluster_id"], unique=False
        )

    op.create_table(
        "cluster_actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cluster_id"],
            ["clusters.id"],
            name=op.f("fk_cluster_actions_cluster_id_clusters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_actions")),
    )
    with op.batch_alter_table("cluster_actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cluster_actions_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_cluster_actions_cluster_id"), ["cluster_id"], unique=False
        )

    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=300), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_letters_question_id_questions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("question_id", name=op.f("uq_letters_question_id")),
        sa.UniqueConstraint("token", name=op.f("uq_letters_token")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_due_at"), ["due_at"], unique=False)

    op.create_table(
        "asked_vectors",
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_asked_vectors")),
    )
    with op.batch_alter_table("asked_vectors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asked_vectors_at"), ["at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("asked_vectors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asked_vectors_at"))

    op.drop_table("asked_vectors")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letters_due_at"))

    op.drop_table("letters")
    with op.batch_alter_table("cluster_actions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cluster_actions_cluster_id"))
        batch_op.drop_index(batch_op.f("ix_cluster_actions_at"))

    op.drop_table("cluster_actions")
    with op.batch_alter_table("cluster_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cluster_members_cluster_id"))

    op.drop_table("cluster_members")
    with op.batch_alter_table("closures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closures_cluster_id"))

    op.drop_table("closures")
    op.drop_table("watermarks")
    op.drop_table("visits")
    op.drop_table("dismissed_findings")
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposals_status"))

    op.drop_table("proposals")
    with op.batch_alter_table("judged_queries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judged_queries_slug"))

    op.drop_table("judged_queries")
    with op.batch_alter_table("intents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intents_wording"))
        batch_op.drop_index(batch_op.f("ix_intents_session"))
        batch_op.drop_index("ix_intents_cause_at")
        batch_op.drop_index(batch_op.f("ix_intents_at"))

    op.drop_table("intents")
    with op.batch_alter_table("clusters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clusters_status"))

    op.drop_table("clusters")
