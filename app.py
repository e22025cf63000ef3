"""Entry of the screens: page configuration and the router, nothing else."""

import streamlit as st

from pages.shared.frame import shell
from pages.shared.frame.permissions import editing_allowed

naming = shell.naming()
# Two beside each other in the navigation: what belongs together.
pages = [
    st.Page("pages/flow_map/page.py", title="流れの地図", url_path="", default=True),
    st.Page("pages/prefectures/page.py", title="都道府県別", url_path="prefectures"),
    st.Page("pages/gaps/page.py", title="空白を探す", url_path="gaps"),
    st.Page("pages/compare/page.py", title="くらべる", url_path="compare"),
    st.Page("pages/wards/page.py", title=f"{naming.heading}の横顔", url_path="wards"),
    st.Page("pages/partners/page.py", title="自治体の横顔", url_path="partners"),
    st.Page("pages/trends/page.py", title="推移と協定", url_path="trends"),
    st.Page("pages/changes/page.py", title="前年との違い", url_path="changes"),
    st.Page("pages/disaster/page.py", title="災害の備え", url_path="disaster"),
    st.Page("pages/indicators/page.py", title="指標を重ねる", url_path="indicators"),
    st.Page("pages/present/page.py", title="発表資料", url_path="present"),
    st.Page("pages/own_list/page.py", title="一覧を読み込む", url_path="own_list"),
    st.Page("pages/quality/page.py", title="データと品質", url_path="quality"),
    st.Page("pages/corrections/page.py", title="行の訂正", url_path="corrections"),
]
# The first screen stands at the root; whoever types its name finds it there too.
named = st.Page("pages/flow_map/page.py", title="流れの地図", url_path="flow_map", visibility="hidden")
# The office's own; who may not edit is told so where its name is typed.
ledger = st.Page("pages/ledger/page.py", title="点検表", url_path="ledger", visibility="hidden")
page = st.navigation([*pages, ledger, named], position="hidden")
st.set_page_config(page_title=f"{page.title}｜{naming.title}", page_icon=shell.ICON, layout="wide")
shell.frame([*pages, ledger] if editing_allowed() else pages, page)
page.run()
