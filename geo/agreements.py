"""The agreements of all origins together, beside what any origin does with their members."""

from __future__ import annotations

import pandas as pd

from geo.dataset import Selected


def member_table(selected: Selected) -> pd.DataFrame:
    """Every municipality of every regional agreement, partnered under the selection or not.

    Columns: agreement_id, partner_text (the body), code, name, prefecture, partnered (bool), n_projects,
    n_wards. In the order of the agreements, then in code order.
    """
    dataset = selected.dataset
    places = dataset.municipalities[["code", "name", "prefecture"]]
    counts = selected.links.groupby("municipality_code").agg(
        n_projects=("project_id", "nunique"), n_wards=("ward_code", "nunique")
    )
    table = dataset.agreement_members.merge(dataset.agreements[["agreement_id", "partner_text"]], how="left")
    table = table.merge(pd.DataFrame(places), on="code", how="left").join(counts, on="code")
    table.insert(5, "partnered", table.n_projects.notna())
    for column in ("n_projects", "n_wards"):
        table[column] = table[column].fillna(0).astype(int)
    columns = ["agreement_id", "partner_text", "code", "name", "prefecture", "partnered", "n_projects"]
    return table[[*columns, "n_wards"]]


def agreement_table(selected: Selected) -> pd.DataFrame:
    """Every regional agreement: with how many of its members anything is done under the selection.

    Columns: agreement_id, partner_text, prefecture_code, signed_on (ISO), stated_members (printed; null where
    none is), members (municipalities there are), partnered (of which are partners), share (0–1),
    source_line. In the order printed.
    """
    members = member_table(selected).groupby("agreement_id").partnered.agg(members="size", partnered="sum")
    agreements = selected.dataset.agreements
    columns = ["agreement_id", "partner_text", "prefecture_code", "signed_on", "stated_members"]
    table = agreements.loc[agreements.kind == "regional", [*columns, "source_line"]].reset_index(drop=True)
    table = table.join(members, on="agreement_id")
    for column in ("members", "partnered"):
        table[column] = table[column].fillna(0).astype(int)
    table["share"] = (table.partnered / table.members.where(table.members > 0)).fillna(0.0)
    return table[[*columns, "members", "partnered", "share", "source_line"]]
