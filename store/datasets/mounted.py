"""Whether the place of artifacts is that of this database, or a folder that is not mounted."""

from sqlalchemy import select

from store.datasets.leftovers import FOLDER
from store.errors import ArtifactsElsewhereError
from store.files.artifacts import Artifacts
from store.sql.database import Database
from store.sql.tables import DATASET


def check_mounted(database: Database, artifacts: Artifacts) -> None:
    """Check that a data set of this database is here, where it has any.

    What `owners/` says would not do: an app that was started without its mount has said it of the
    folder beneath.

    Raises:
        ArtifactsElsewhereError: none is.
        StoreUnavailableError: the database does not answer, or where the artifacts are.
        ArtifactsRefusedError: they let nobody in.
    """
    with database.read() as connection:
        known = set(connection.scalars(select(DATASET.c.dataset_id)))
    here = {each.name.removeprefix(f"{FOLDER}/") for each in artifacts.listed(FOLDER)}
    if known and known.isdisjoint(here):
        where, whose = artifacts.shown, database.shown_url
        raise ArtifactsElsewhereError(
            f"No data set of {whose}, which has {len(known):,}, is at {where}: that is not mounted "
            "here, or not the place that the app has. Mount it, or correct artifacts_url, or the "
            "data_dir it is in."
        )
