"""How a data set was made of what people brought, learned later by one that came before it counted.

The same files give the same data set, which stays as it is; but of one from an earlier Lodemap
nobody knows how its samples were made until its files are imported again.
"""

import json
from dataclasses import asdict, replace

from sqlalchemy import update

from store.records import About, Dataset
from store.sql.database import Database
from store.sql.tables import DATASET


def learn_treatment(database: Database, kept: Dataset, brought: About) -> Dataset:
    """Note how a data set was made, where nobody knew; return it with that.

    Args:
        database: has its row.
        kept: the data set as it is.
        brought: what an import of the same samples says.
    """
    if kept.about.recipe or not brought.recipe:
        return kept
    about = replace(kept.about, treatment=brought.treatment, recipe=brought.recipe)
    row = update(DATASET).where(DATASET.c.dataset_id == kept.dataset_id)
    with database.write() as connection:
        connection.execute(row.values(about=json.dumps(asdict(about))))
    return replace(kept, about=about)
