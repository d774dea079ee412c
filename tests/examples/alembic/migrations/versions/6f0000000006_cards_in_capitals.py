"""cards in capitals

Revision ID: 6f0000000006
Revises: 5e0000000005
Create Date: 2026-02-01 10:00:00

"""
from alembic import op
import sqlalchemy as sa

revision = "6f0000000006"
down_revision = "5e0000000005"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE reader SET card = upper(card)")


def downgrade():
    raise NotImplementedError("what the letters were is not known")
