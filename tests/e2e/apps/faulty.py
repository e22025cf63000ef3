"""A screen that goes wrong where its address says so."""

import streamlit as st

st.title("画面")
fault = st.query_params.get("fault")
if fault == "raise":
    raise RuntimeError(fault)
if fault == "said":
    st.error("画面を表示できませんでした")
