"""The agreements of all origins together, beside what any origin does with their members."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.ledger.selection import Selected


def member_table(selected: Selected) -> pd.DataFrame:
    """Every municipality of every regional agreement, partnered or not under the selection.

    Columns: agreement_id, partner_text (the body), code, name, prefecture, partnered (bool), individual (bool:
    partnered otherwise than in a wide network), n_projects, n_origins, origins (names joined by
    「、」). In the order of the agreements, then in code order.
    """
    dataset, ties = selected.dataset, selected.ties
    codes = dataset.agreement_members.code.unique()
    groups = ties.by(ties.municipality, codes)
    counts = pd.DataFrame(
        {
            "individual": np.bincount(groups.of[~groups.ties.wide], minlength=groups.n) > 0,
            "n_projects": groups.projects,
            "n_origins": groups.origins,
            "origins": groups.names(groups.ties.origin),
        },
        index=pd.Index(codes),
    )
    places = pd.DataFrame(dataset.municipalities[["code", "name", "prefecture"]])
    table = dataset.agreement_members.merge(dataset.agreements[["agreement_id", "partner_text"]], how="left")
    table = table.merge(places, on="code", how="left").join(counts, on="code")
    table["partnered"] = table.n_projects > 0
    columns = ["agreement_id", "partner_text", "code", "name", "prefecture", "partnered", "individual"]
    return table[[*columns, "n_projects", "n_origins", "origins"]]


def agreement_table(selected: Selected) -> pd.DataFrame:
    """Every regional agreement: with how many of its members anything is done under the selection.

    Columns: agreement_id, partner_text, prefecture_code, signed_on (ISO), stated_members (printed; null where
    none is), members (municipalities there are), partnered (of which are partners), individual (of which are
    so otherwise than in a wide network), share (partnered ÷ members, 0–1), source_line. In the
    order printed.
    """
    members = (
        member_table(selected)
        .groupby("agreement_id")
        .agg(members=("code", "size"), partnered=("partnered", "sum"), individual=("individual", "sum"))
    )
    agreements = selected.dataset.agreements
    columns = ["agreement_id", "partner_text", "prefecture_code", "signed_on", "stated_members"]
    table = agreements.loc[agreements.kind == "regional", [*columns, "source_line"]].reset_index(drop=True)
    for column in ("members", "partnered", "individual"):
        table[column] = table.agreement_id.map(members[column].to_dict()).fillna(0).astype(int)
    table["share"] = (table.partnered / table.members.where(table.members > 0)).fillna(0.0)
    return table[[*columns, "members", "partnered", "individual", "share", "source_line"]]
