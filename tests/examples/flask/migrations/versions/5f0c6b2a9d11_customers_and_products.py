"""customers and products

Revision ID: 5f0c6b2a9d11
Revises:
Create Date: 2026-03-02 09:12:44.102214

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '5f0c6b2a9d11'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'customer',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('email', sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_customer')),
        sa.UniqueConstraint('email', name=op.f('uq_customer_email')))
    op.create_table(
        'product',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('code', sa.String(length=20), nullable=False),
        sa.Column('price', sa.Numeric(precision=10, scale=2), server_default='0', nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_product')),
        sa.UniqueConstraint('code', name=op.f('uq_product_code')))


def downgrade():
    op.drop_table('product')
    op.drop_table('customer')
