// Keeps the columns of the tables (pages/flow_map/ahead.py), which come once, for the frame of the map (koryu/ahead.js).

export default function ({ data }) {
  if (!data.sent) return;
  window.koryuColumns = data;
  dispatchEvent(new Event("koryu-columns"));
}
