/* flowmap.gl as a component of Streamlit: the flows of each run, clustered as it does by itself, without tiles. */
import { Deck } from "@deck.gl/core";
import { FlowmapLayer } from "@flowmap.gl/layers";

const send = (type, more) => window.parent.postMessage({ isStreamlitMessage: true, type, ...more }, "*");

const deck = new Deck({
  parent: document.querySelector("#map"),
  initialViewState: { latitude: 37.5, longitude: 137, zoom: 4 },
  controller: true,
});

window.addEventListener("message", ({ data }) => {
  if (data.type !== "streamlit:render") return;
  const { locations, flows, name } = data.args;
  // Streamlit sends the same again when the page around is drawn anew.
  if (document.body.dataset.name === name) return;
  document.body.dataset.name = name;
  const layer = new FlowmapLayer({
    id: "flows",
    data: { locations, flows },
    getLocationId: ([code]) => code,
    getLocationName: ([, label]) => label,
    getLocationLat: ([, , lat]) => lat,
    getLocationLon: ([, , , lon]) => lon,
    getFlowOriginId: ([origin]) => origin,
    getFlowDestId: ([, partner]) => partner,
    getFlowMagnitude: ([, , projects]) => projects,
    pickable: true,
  });
  deck.setProps({ layers: [layer] });
});

send("streamlit:componentReady", { apiVersion: 1 });
send("streamlit:setFrameHeight", { height: 640 });
