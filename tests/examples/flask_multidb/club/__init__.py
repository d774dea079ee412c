"""A club: its members in one database, who did what in another."""

import os

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
migrate = Migrate()


class Member(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), nullable=False)


class Entry(db.Model):
    __bind_key__ = "audit"
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String(200), nullable=False)


def create_app():
    app = Flask(__name__, instance_relative_config=True)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "sqlite:///club.db")
    app.config["SQLALCHEMY_BINDS"] = {
        "audit": os.environ.get("AUDIT_DATABASE_URL", "sqlite:///audit.db")}
    db.init_app(app)
    migrate.init_app(app, db)
    return app
