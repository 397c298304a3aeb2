// Stands in for cli-spinners in the bundle: the one spinner that our screens use, slow enough for a bad connection.
export default {
  circleHalves: { interval: 200, frames: ['◐', '◓', '◑', '◒'] },
};
