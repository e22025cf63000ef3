"""災害の備え: how far the partners of disaster prevention are, and which of them the same event hits."""

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from geo.draw.choropleth import LegendEntry
from geo.draw.web import folium_map
from geo.draw.web.folium_map import Areas
from geo.insight import disaster
from geo.insight.gaps import Candidate
from geo.insight.groups import too_many
from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selection
from pages.disaster import text as words
from pages.disaster import zones
from pages.shared.frame import current as data
from pages.shared.frame import filters, shell, text
from pages.shared.frame.finder import ORIGIN, PARTNER
from pages.shared.parts import board, details, downloads, markup
from pages.shared.parts.map_view import map_view, stamp
from pipeline.deliver.disaster_sheet import disaster_sheet
from pipeline.reading.disaster_kinds import DisasterKinds
from pipeline.words.candidates import candidate_credits
from pipeline.words.disaster import DisasterAnswer, NamedZone

#: Pixels after which the partners scroll below their headings.
HEIGHT = 520

#: What its files are.
WHAT = "災害の備え"


def disaster_screen(view: shell.View) -> None:
    """Draw the screen."""
    view = shell.view_of(disaster.narrowed(view.selected.selection))
    if disaster.CATEGORY not in view.dataset.categories:
        markup.show('<h1 class="k-h1">災害・防災の連携は、資料にありません</h1>')
        st.info(words.EMPTY)
        return
    zone = zones.in_use()
    answer = _answer(view, zone)
    markup.show(markup.heading(answer.heading(), view.conditions))
    figures = markup.figures(answer.figures()) if len(answer.counted) else ""
    if zone is None:
        markup.show(figures)
    zones.controls()
    if not len(answer.pairs):
        st.info(text.nothing(view.naming.heading))
        return
    left, right = st.columns([7, 4], gap="medium")
    with left:
        _map(view, answer)
        markup.show(words.kinds(answer))
    with right:
        if code := details.chosen(view):
            details.panel(view, code)
        else:
            markup.show(words.spread(answer))
    # What is said of a zone stands over the map, which has to be seen with it.
    markup.show(
        figures if zone is not None else "",
        f'<p class="k-sub">{markup.escape("".join(answer.notes()))}</p>',
    )
    _origins(view, answer)
    _partners(view, answer)
    _candidates(view, answer)
    credits = [*candidate_credits(view.dataset, view.selected.selection), *([zone.cited] if zone else [])]
    markup.show(f'<p class="k-credit">{markup.escape("　".join(credits))}</p>')


def _answer(view: shell.View, zone: NamedZone | None) -> DisasterAnswer:
    selection = view.selected.selection
    pairs, origins = _pairs(selection)
    if zone is not None:
        pairs = pairs.assign(zone=disaster.zone_of(pairs.partner_code, zone.inside))
    return DisasterAnswer(view.claims, pairs, origins, zone)


@data.remembered()
def _pairs(dataset: Dataset, selection: Selection) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """What is the same whatever zone a session has brought, which stays with that session."""
    selected = data.select(selection)
    kinds = DisasterKinds.load().of_projects(selected.projects)
    return disaster.pairs(selected, kinds), tuple(disaster.origins_of(selected))


@data.remembered()
def _far(dataset: Dataset, selection: Selection) -> list[tuple[Candidate, float]]:
    return disaster.far_candidates(data.select(selection))


def _map(view: shell.View, answer: DisasterAnswer) -> None:
    origins = view.dataset.origins
    signs = folium_map.sign_layer(
        answer.signs(),
        origins=origins[origins.code.isin(answer.origins)] if view.selected.selection.origins else None,
        noun=view.naming.noun,
        selected=details.chosen(view),
    )
    click = map_view(
        [*_ground(view.dataset, answer.zone), signs, *stamp(view)],
        key="disaster",
        label="災害・防災の連携の相手の地図。同じ内容は下の表にあります。",
        views=data.views(),
    )
    if click and click.partner_code:
        details.choose(click.partner_code)


def _ground(dataset: Dataset, zone: NamedZone | None) -> list[folium_map.Rows]:
    """The municipalities in the zone, in the prefectures that it touches."""
    if zone is None or not zone.inside:
        return []
    places = dataset.municipalities
    touched = {code[:2] for code in zone.inside}
    drilled = places.code[(places.kind != "designated_ward") & places.code.str[:2].isin(touched)]
    index = pd.Series([int(code in zone.inside) for code in drilled], index=list(drilled))
    shares = zone.zone.shares
    said = pd.Series(
        [
            ("中" if inside else "外")
            + (f"（面積の{text.percent(shares.get(code, 0.0))}）" if shares else "")
            for code, inside in index.items()
        ],
        index=index.index,
    )
    legend = [LegendEntry("区域の外", "land"), LegendEntry("区域の中", "cover-2")]
    whole = sorted(dataset.prefectures.code)
    ground = Areas(zone.called, pd.Series(0, index=whole), pd.Series("", index=whole), legend[:1])
    return [folium_map.choropleth_layer(ground, drill=Areas(f"{zone.called}の範囲", index, said, legend))]


def _origins(view: shell.View, answer: DisasterAnswer) -> None:
    """Each origin beside the others, where there are several."""
    if answer.single:
        return
    naming = answer.dataset.naming
    table = words.origins_table(answer)
    if too_many(view.dataset, view.selected.selection.origins):
        _homes(answer, naming)
        each = naming.count(len(table))
    else:
        board.show(
            table.set_axis(answer.each.origin_code),
            words.origin_columns(table),
            name=f"{naming.heading}ごとの災害・防災の連携",
            caption=True,
            key="disaster_origins",
            on_choose=filters.choose_origin,
            link=f"disaster?{ORIGIN}=",
        )
        each = naming.heading
    downloads.csv_button(
        f"{each}ごとの表をCSVで保存",
        lambda: _cited(table, answer),
        view.file_name(".csv", f"{WHAT}・{naming.heading}ごと", *_zone(answer)),
        "csv_disaster_origins",
    )


def _homes(answer: DisasterAnswer, naming: Naming) -> None:
    """Many origins, those of each prefecture together."""
    homes = words.homes_table(answer)
    board.show(
        homes,
        words.home_columns(homes),
        name=f"都道府県ごとの災害・防災の連携（{naming.noun}と相手の市区町村の組の数）",
        caption=True,
        key="disaster_homes",
        on_choose=lambda code: filters.choose_origin(code[:2]),
        link=f"disaster?{filters.ORIGINS}=",
    )


def _zone(answer: DisasterAnswer) -> list[str]:
    """The zone, for the names of files."""
    return [answer.zone.called] if answer.zone else []


def _cited(table: pd.DataFrame, answer: DisasterAnswer) -> pd.DataFrame:
    return table.assign(区域の名前と出典=answer.zone.cited) if answer.zone else table


def _partners(view: shell.View, answer: DisasterAnswer) -> None:
    """Every partner, the nearest first, and the answer as files."""
    n = len(answer.pairs)
    # Only what is shown is put into words.
    table = answer.table(board.cut(answer.pairs))
    board.show(
        table,
        words.pair_columns(table, view.naming.heading),
        name=f"災害・防災の連携の相手 {n:,}（近い順）",
        of=n,
        caption=True,
        key="disaster_partners",
        on_choose=lambda place: details.choose(answer.pairs.partner_code[place]),
        height=HEIGHT,
    )
    with st.container(horizontal=True):
        downloads.csv_button(
            f"この表（{n:,}行）をCSVで保存",
            answer.saved,
            view.file_name(".csv", WHAT, *_zone(answer)),
            "csv_disaster",
        )
        downloads.sheet_buttons(view, lambda: disaster_sheet(answer), "disaster", WHAT, *_zone(answer))


def _candidates(view: shell.View, answer: DisasterAnswer) -> None:
    inside = answer.zone.inside if answer.zone else frozenset()
    found = [one for one in _far(view.selected.selection) if one[0].code not in inside]
    title, sub = words.candidates_title(answer)
    markup.show(
        f'<h2 class="k-h2 k-answer">{markup.escape(title)}　{len(found):,}</h2><p class="k-sub">{markup.escape(sub)}</p>'
    )
    if not found:
        st.info("当てはまる市区町村はありません。左の条件を広げるか、区域を変えてください。")
        return
    # Of many origins each candidate has hundreds of ties to tell of: the first are written out, all are saved.
    shown = found[: words.WRITTEN] if view.naming.many else found
    table = words.candidates_table(view, answer, shown)
    chosen = details.chosen(view)
    board.show(
        table.set_axis([one.code for one, _ in shown]),
        words.CANDIDATES,
        name=title,
        key="disaster_candidates",
        chosen=chosen,
        on_choose=details.choose,
        first=words.LIMIT,
        link=f"partners?{urlencode([*_conditions(), (PARTNER, '')])}",
    )
    left_out = text.left_out_rows(len(shown), len(found)) if len(shown) < len(found) else ""
    markup.show(f'<p class="k-sub">{left_out}</p>' if left_out else "", words.order(view))
    downloads.csv_button(
        f"候補 {len(found):,} をCSVで保存",
        lambda: words.candidates_table(view, answer, found),
        view.file_name(".csv", f"{WHAT}の候補", *_zone(answer)),
        "csv_disaster_candidates",
    )


def _conditions() -> list[tuple[str, str]]:
    """The parameters of the address that hold on other screens too."""
    own = {"zone_rule", "zone_open", PARTNER}
    params = st.query_params
    return [(key, value) for key in params if key not in own for value in params.get_all(key)]


shell.show(disaster_screen)
